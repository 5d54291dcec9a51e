"""Kinds of meetings and groups, where a meeting stands, and what people answer."""

from __future__ import annotations

import enum

# what people are mailed of a meeting before it takes place
CONVOCATION = "convocation"
CANCELLED = "cancelled_meeting"
RESULTS = "results"


class MeetingKind(enum.StrEnum):
    GATHERING = "gathering"
    WORKSHOP = "workshop"
    STEERING = "steering"
    TECHNICAL = "technical"
    PLENARY = "plenary"
    # the network of a region, where territories tell each other how they do
    NETWORK = "network"


# meetings that look at the whole démarche unless projects are named
OVERALL = (MeetingKind.STEERING, MeetingKind.TECHNICAL, MeetingKind.PLENARY)


class MeetingState(enum.StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Rsvp(enum.StrEnum):
    """What was answered; who has not answered is silent, and has none of these."""

    YES = "yes"
    NO = "no"
    SUBSTITUTE = "substitute"


COMING = (Rsvp.YES, Rsvp.SUBSTITUTE)


class GroupKind(enum.StrEnum):
    STEERING = "steering"
    WORKING = "working"


class Matter(enum.StrEnum):
    """What a project asks of a meeting, without anybody having put it on the agenda."""

    LEADERLESS = "leaderless"
    PAUSED = "paused"
    STUDIED = "studied"
