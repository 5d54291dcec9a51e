"""What partners decide together, commit to, and hand over to each other."""

from __future__ import annotations

import enum

QUESTION = "question"
ANSWERED = "answered"


class ProposalKind(enum.StrEnum):
    """Decisions that are shared and reversible (domain.md §6, agreement without blocking)."""

    LEAD = "lead"
    ROLE = "role"
    REMOVE = "remove"
    CLOSE = "close"
    ABANDON = "abandon"


class ProposalState(enum.StrEnum):
    """Open until everybody agreed or the time is over; an objection waits for the next meeting."""

    OPEN = "open"
    OBJECTED = "objected"
    EFFECTIVE = "effective"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"
    LAPSED = "lapsed"


LIVE = (ProposalState.OPEN, ProposalState.OBJECTED)


class CommitmentKind(enum.StrEnum):
    """What an organisation says yes to: the démarche's charter, its part, the lead of a step."""

    CHARTER = "charter"
    PART = "part"
    STEP = "step"


class GivenBy(enum.StrEnum):
    """How a yes came: a click on a page or behind a mail, or a word that somebody noted."""

    PAGE = "page"
    MAIL = "mail"
    WORD = "word"
