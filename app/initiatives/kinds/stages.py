"""The stages of a démarche, and how it is known what each needs."""

from __future__ import annotations

import enum


class InitiativeStage(enum.StrEnum):
    """In order; none is skipped."""

    PREPARATION = "preparation"
    GATHERINGS = "gatherings"
    WORKSHOPS = "workshops"
    FOLLOW_UP = "follow_up"


class Known(enum.StrEnum):
    """Ticked by hand, or counted from what stands."""

    HAND = "hand"
    PILOT_ZONE = "pilot_zone"
    ZONE_RECORD = "zone_record"
    STEERING = "steering"
    CONTACTED = "contacted"
    GATHERINGS = "gatherings"
    LEADS = "leads"
    WORKSHOPS = "workshops"
    GROUPS = "groups"
    PLANNED = "planned"
    COMMITMENTS = "commitments"
    GROUPS_MET = "groups_met"
    RESULTS = "results"
    PLENARY = "plenary"
    OPERATIONAL = "operational"
    HANDED_OVER = "handed_over"


# what a figure of a moment ago may no longer say later
FRESH = (Known.RESULTS, Known.PLENARY)
