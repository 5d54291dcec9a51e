"""What a mail « pour vous » may not speak of: who is left in peace by the relances is by it too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.calendar import next_working_day
from app.core.clock import local_day, local_instant
from app.outbox.message import Skip, Wait
from app.outbox.models import Mail
from app.plans.models import Step
from app.reminders.kinds import Reason, RelanceState
from app.reminders.models import Relance, RelanceSetting
from app.reminders.queries.pauses import rests_until
from app.reminders.schedule.facts import STEP


def peace_of(
    session: Session, step_ids: Collection[int], mail: Mail, now: datetime
) -> Mapping[int, Skip | Wait]:
    """Before « Démarrer » nothing, while something is suspended nothing yet, and nothing that a
    relance has told its reader since the mail was written."""
    told = set(_told_since(session, step_ids, mail))
    rows = session.execute(
        select(
            Step.id,
            Territory,
            RelanceSetting.started_at,
            RelanceSetting.paused_until,
            rests_until(literal(mail.recipient_id)),
        )
        .join(Territory, Territory.id == Step.territory_id)
        .outerjoin(RelanceSetting, RelanceSetting.territory_id == Step.territory_id)
        .where(Step.id.in_(step_ids))
    )
    held: dict[int, Skip | Wait] = {}
    for step_id, place, started_at, *rests in rows:
        until = max((day for day in rests if day is not None), default=None)
        if started_at is None:
            held[step_id] = Skip(Reason.NOT_STARTED.value)
        elif step_id in told:
            held[step_id] = Skip("told_by_relance")
        elif until is not None and until > local_day(now, place.time_zone):
            held[step_id] = Wait(_morning_of(until, place))
    return held


def _morning_of(day: date, place: Territory) -> datetime:
    first = next_working_day(day, place.holiday_zone)
    return local_instant(first, place.send_hour, place.time_zone)


def _told_since(session: Session, step_ids: Collection[int], mail: Mail) -> Collection[int]:
    return session.scalars(
        select(Relance.subject_id).where(
            Relance.subject_kind == STEP,
            Relance.subject_id.in_(step_ids),
            Relance.state == RelanceState.TOLD,
            Relance.recipient_id == mail.recipient_id,
            Relance.decided_at >= mail.created_at,
        )
    ).all()
