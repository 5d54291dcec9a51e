"""Statuses of a criterion, what can prove it, and how far a level is."""

from __future__ import annotations

import enum

from app.initiatives.kinds.meetings import MeetingKind


class CriterionStatus(enum.StrEnum):
    UNSET = "unset"
    DONE = "done"
    PLANNED = "planned"
    NOT_DONE = "not_done"
    DETAILED = "detailed"


class EvidenceKind(enum.StrEnum):
    PROJECT = "project"
    STEP = "step"
    MEETING = "meeting"
    DOCUMENT = "document"
    INDICATOR = "indicator"


# what stands in a project, and is read with it
OF_A_PROJECT = (EvidenceKind.PROJECT, EvidenceKind.STEP, EvidenceKind.INDICATOR)


class Networking(enum.StrEnum):
    """The four kinds of action that bring actors together (référentiel ECi, 3.5.2)."""

    INFORM = "inform"
    GATHER = "gather"
    GOVERN = "govern"
    NETWORK = "network"


# which meetings are which kind of networking action (référentiel ECi, 3.5.2)
MEETS_AS = {
    MeetingKind.GATHERING: Networking.GATHER,
    MeetingKind.WORKSHOP: Networking.GATHER,
    MeetingKind.STEERING: Networking.GOVERN,
    MeetingKind.TECHNICAL: Networking.GOVERN,
    MeetingKind.PLENARY: Networking.GOVERN,
    MeetingKind.NETWORK: Networking.NETWORK,
}


class ProofState(enum.StrEnum):
    """What the plan says of a proof: it stands, is of a former cycle or of a year after the one
    asked for, goes on, stopped."""

    DONE = "done"
    EXPIRED = "expired"
    LATER = "later"
    OPEN = "open"
    STOPPED = "stopped"


class Finding(enum.StrEnum):
    """What the plan's word is beside a person's: nothing new, more, the contrary, or two words."""

    NOTHING = "nothing"
    PROPOSED = "proposed"
    CONTRADICTED = "contradicted"
    SPLIT = "split"


class RungState(enum.StrEnum):
    """A level on the ladder, in the house's own reading."""

    REACHED = "reached"
    PARTIAL = "partial"
    AHEAD = "ahead"
    NOT_CONCERNED = "not_concerned"


class PhaseState(enum.StrEnum):
    """A phase of a programme, by what the territory answered."""

    OPEN = "open"
    CLOSED = "closed"
    UNDECIDED = "undecided"


class Nearness(enum.StrEnum):
    """How near a date is; told to who animates alone."""

    PASSED = "passed"
    SOON = "soon"
    AHEAD = "ahead"
