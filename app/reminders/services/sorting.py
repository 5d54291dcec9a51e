"""Sorts steps whose date has passed, and takes that back. The caller checked rights and commits."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.plans.kinds import StepStatus
from app.plans.models import Step
from app.plans.services.steps import (
    abandon_step,
    complete_step,
    reopen_step,
    reschedule_step,
    start_step,
)


class Sorting(enum.StrEnum):
    DONE = "done"
    MOVED = "moved"
    ABANDONED = "abandoned"


@dataclass(frozen=True)
class Was:
    """How a step stood before it was sorted, as the form that undoes it carries it."""

    public_id: str
    status: StepStatus
    due_on: date | None
    news_on: date | None

    def __str__(self) -> str:
        days = (day.isoformat() if day else "" for day in (self.due_on, self.news_on))
        return "|".join((self.public_id, self.status.value, *days))

    @classmethod
    def read(cls, text: str) -> Was:
        """Raises ValueError for anything else than what was written."""
        public_id, status, due_on, news_on = text.split("|")
        return cls(
            public_id,
            StepStatus(status),
            date.fromisoformat(due_on) if due_on else None,
            date.fromisoformat(news_on) if news_on else None,
        )


def sort(
    session: Session,
    steps: Iterable[Step],
    how: Sorting,
    *,
    due_on: date | None,
    today: date,
    now: datetime,
) -> list[Was]:
    """« Fait », a new date, « abandonné », for all of them; answers how they were."""
    if how is Sorting.MOVED and (due_on is None or due_on < today):
        raise RefusedError("Donnez une nouvelle date, à partir d’aujourd’hui.")
    before = []
    for step in steps:
        before.append(Was(step.public_id, step.status, step.due_on, step.news_on))
        if how is Sorting.DONE:
            complete_step(session, step, today=today)
        elif how is Sorting.ABANDONED:
            abandon_step(session, step)
        elif due_on is not None:
            reschedule_step(session, step, due_on=due_on, now=now)
    if not before:
        raise RefusedError("Cochez d’abord au moins une étape.")
    return before


def put_back(session: Session, step: Step, was: Was, *, now: datetime) -> None:
    """A sorted step as it stood; said twice, it stays so."""
    if was.status is StepStatus.IN_PROGRESS:
        start_step(session, step)
    else:
        reopen_step(session, step)
    if was.due_on is not None and step.due_on != was.due_on:
        reschedule_step(session, step, due_on=was.due_on, now=now)
    if was.news_on is not None and was.status is StepStatus.IN_PROGRESS:
        start_step(session, step, news_on=was.news_on)
