"""How people are told what is done with their data, and why somebody is erased."""

from __future__ import annotations

import enum

# this room's kinds of mail
PERSONAL_DATA = "personal_data"
INFORMATION = "information"
IDLE = "idle"
NO_PILOT = "no_pilot"


class Means(enum.StrEnum):
    """How a person was informed."""

    INVITATION = "invitation"
    FIRST_MAIL = "first_mail"
    INFORMATION = "information"
    PHONE = "phone"
    PAGE = "page"


class Cause(enum.StrEnum):
    """Who or what asked for an erasure."""

    OWN = "own"
    PILOT = "pilot"
    OPERATOR = "operator"
    IDLE = "idle"
