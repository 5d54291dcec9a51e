"""What somebody said from a mail, read from the fields that it changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.plans.kinds import StepStatus
from app.reports.kinds import Word

_BY_STATUS = {
    StepStatus.DONE: Word.DONE,
    StepStatus.BLOCKED: Word.STUCK,
    StepStatus.IN_PROGRESS: Word.UNDER_WAY,
}


def word_of(fields: Mapping[str, list[Any]]) -> Word | None:
    """The answer behind a step's changed fields {name: [before, after]}; None where it is none.

    A status says most, a date comes next: « bloqué » with a new date is « bloqué ».
    """
    status = fields.get("status", (None, None))[1]
    if status is not None and (word := _BY_STATUS.get(StepStatus(status))):
        return word
    if fields.get("due_on", (None, None))[1]:
        return Word.NEW_DATE
    return Word.UNDER_WAY if fields.get("news_on", (None, None))[1] else None
