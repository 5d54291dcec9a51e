"""What the annual meeting is asked to decide, and what people answered by mail."""

from __future__ import annotations

import enum


class DecisionKind(enum.StrEnum):
    """Each follows from a count, so that the page asks nothing that does not stand in it."""

    LIFT_REGULATION = "lift_regulation"
    RESUME_OR_STOP = "resume_or_stop"
    CHOOSE_WHAT_IS_BUILT = "choose_what_is_built"
    MEASURE_RESULTS = "measure_results"
    FIND_COMPANIES = "find_companies"


class Word(enum.StrEnum):
    """What an answer comes down to, for whoever reads a list of them."""

    DONE = "done"
    STUCK = "stuck"
    NEW_DATE = "new_date"
    UNDER_WAY = "under_way"
    AGREED = "agreed"
    NOT_ME = "not_me"
    PASSED_ON = "passed_on"
    JOINED = "joined"
