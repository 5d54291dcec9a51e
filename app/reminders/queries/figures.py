"""What the figures of a year count: two statements, whatever the number of messages."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.clock import local_day
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.models import Step
from app.reminders.figures import Spoken
from app.reminders.kinds import OccasionCode, RelanceState
from app.reminders.models import Relance
from app.reminders.schedule.facts import STEP


def _arrived(territory_id: int) -> ColumnElement[bool]:
    return and_(
        Relance.territory_id == territory_id,
        Relance.subject_kind == STEP,
        Relance.state == RelanceState.TOLD,
        Mail.state == MailState.SENT,
    )


def first_year(session: Session, territory_id: int) -> int | None:
    """The year of the first message; None when none has left."""
    query = (
        select(func.min(Relance.mailed_on))
        .join(Mail, Mail.id == Relance.mail_id)
        .where(_arrived(territory_id))
    )
    first = session.scalar(query)
    return first.year if first else None


def spoken_in(session: Session, territory: Territory, year: int) -> list[Spoken]:
    """Every step of which a message of that year spoke, with what came of it first."""
    query = (
        select(
            Relance.code,
            Relance.mailed_on,
            Relance.basis,
            Relance.answered_at,
            Step.due_on,
            Step.scheduled_at,
            Step.done_on,
            Step.blocked_on,
        )
        .join(Mail, Mail.id == Relance.mail_id)
        .join(Step, Step.id == Relance.subject_id)
        .where(
            _arrived(territory.id),
            Relance.mailed_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    return [_spoken(row, territory.time_zone) for row in session.execute(query)]


def _spoken(row: Any, zone: str) -> Spoken:
    answered = local_day(row.answered_at, zone) if row.answered_at else None
    # another date than the one spoken of, and when it was last set
    moved = local_day(row.scheduled_at, zone) if row.due_on != row.basis else None
    since = [day for day in (row.done_on, row.blocked_on, moved) if day and day >= row.mailed_on]
    return Spoken(OccasionCode(row.code), row.mailed_on, answered, min(since, default=None))
