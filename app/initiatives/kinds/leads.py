"""What becomes of a lead of the catalogue."""

from __future__ import annotations

import enum


class LeadState(enum.StrEnum):
    """`kept`: for later; `passed_on`: to somebody outside of the démarche."""

    OPEN = "open"
    KEPT = "kept"
    PROJECT = "project"
    REFUSED = "refused"
    PASSED_ON = "passed_on"


# what still looks for its other half
LIVE = (LeadState.OPEN, LeadState.KEPT)
