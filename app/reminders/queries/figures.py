"""What the figures of a year count: three statements, whatever the number of messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.clock import local_day
from app.journal.kinds import Action
from app.journal.models import Change
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.plans.models import Step
from app.reminders.figures import WITHIN_A_WEEK, Spoken
from app.reminders.kinds import OccasionCode, RelanceState
from app.reminders.models import Relance
from app.reminders.schedule.facts import STEP

# what a step becomes when somebody says how it stands
_TELLING = (StepStatus.IN_PROGRESS, StepStatus.BLOCKED, StepStatus.DONE)


def _arrived(territory_id: int) -> ColumnElement[bool]:
    """Said in a mail that left; « ce n’est pas moi » frees the occasion, and was said to it."""
    return and_(
        Relance.territory_id == territory_id,
        Relance.subject_kind == STEP,
        or_(Relance.state == RelanceState.TOLD, Relance.answer.is_not(None)),
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
            Relance.subject_id,
            Relance.code,
            Relance.mailed_on,
            Relance.basis,
            Relance.first_answered_at,
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
    changed = _changes(session, territory, year)
    return [
        _spoken(row, changed.get(row.subject_id, []), territory.time_zone)
        for row in session.execute(query)
    ]


def _changes(session: Session, territory: Territory, year: int) -> Mapping[int, list[date]]:
    """The days on which each step was said to stand otherwise, as the journal knows them.

    The step itself forgets: a barrier that is lifted leaves no date, nor does a date moved twice.
    """
    # a day more at both ends: local days are not those of Greenwich
    first = datetime(year, 1, 1, tzinfo=UTC) - timedelta(days=1)
    last = datetime(year + 1, 1, 1, tzinfo=UTC) + timedelta(days=WITHIN_A_WEEK + 1)
    status = Change.fields["status"].as_string()
    query = select(Change.entity_id, Change.at, Change.fields).where(
        Change.territory_id == territory.id,
        Change.at.between(first, last),
        Change.entity == "Step",
        Change.action == Action.UPDATED,
        or_(status.is_not(None), Change.fields["due_on"].as_string().is_not(None)),
    )
    days: dict[int, list[date]] = defaultdict(list)
    for step_id, at, fields in session.execute(query):
        if "due_on" in fields or fields["status"][1] in _TELLING:
            days[step_id].append(local_day(at, territory.time_zone))
    return days


def _spoken(row: Any, changed: list[date], zone: str) -> Spoken:
    answered = local_day(row.first_answered_at, zone) if row.first_answered_at else None
    # another date than the one spoken of, and when it was last set
    moved = local_day(row.scheduled_at, zone) if row.due_on != row.basis else None
    known = (row.done_on, row.blocked_on, moved, *changed)
    since = [day for day in known if day and day >= row.mailed_on]
    return Spoken(OccasionCode(row.code), row.mailed_on, answered, min(since, default=None))
