"""What was decided already: the ledger of some steps, and who was mailed lately."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Step
from app.reminders.kinds import RelanceState
from app.reminders.models import Relance
from app.reminders.schedule.facts import STEP, Entry, Ledger, Occasion

# a day further ahead than this was written by a clock that was wrong
FARTHEST_AHEAD = timedelta(days=31)


def ledger_of(session: Session, wanted: ColumnElement[bool]) -> Ledger:
    """What was decided about the present dates of these open steps."""
    decided = session.execute(
        select(
            Relance.subject_id,
            Relance.basis,
            Relance.code,
            Relance.state,
            Relance.reason,
            Relance.recipient_id,
            Relance.answer,
            Relance.mailed_on,
        )
        .join(Step, and_(Relance.subject_kind == STEP, Relance.subject_id == Step.id))
        .where(Relance.basis == Step.due_on, Step.status.in_(OPEN_STATUSES), wanted)
    )
    return Ledger(
        {
            Occasion(STEP, row.subject_id, row.basis, row.code): Entry(
                row.state, row.reason, row.recipient_id, row.answer, row.mailed_on
            )
            for row in decided
        }
    )


def mailed_on(session: Session, first: date, gap: timedelta) -> dict[int, date]:
    """The last local day on which each person was mailed, lately."""
    # a mail that was given up says nothing to anybody, but its day is used up
    counts = or_(
        and_(Relance.state == RelanceState.TOLD, Relance.mailed_on > first - gap),
        Relance.mailed_on >= first,
    )
    mailed = session.execute(
        select(Relance.recipient_id, func.max(Relance.mailed_on))
        .where(
            counts,
            Relance.recipient_id.is_not(None),
            Relance.mailed_on <= first + FARTHEST_AHEAD,
        )
        .group_by(Relance.recipient_id)
    )
    return {
        person_id: day for person_id, day in mailed if person_id is not None and day is not None
    }
