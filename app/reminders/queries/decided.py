"""What was decided already: the ledger of some steps, and who was mailed lately."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    cast,
    false,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.prepared import Kept
from app.outbox import registry
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Step
from app.reminders.kinds import OccasionCode, RelanceState
from app.reminders.models import Relance
from app.reminders.schedule.facts import STEP, Entry, Ledger, Occasion

# a day further ahead than this was written by a clock that was wrong
FARTHEST_AHEAD = timedelta(days=31)


def ledger_of(session: Session, wanted: ColumnElement[bool]) -> Ledger:
    """What was decided about the present dates of these open steps."""
    return _ledger(session.execute(_decided().where(wanted)))


class Decided(NamedTuple):
    """What was decided about the present dates of some steps; `said`: the same by step id, without
    what this mail tells and nobody has answered."""

    ledger: Ledger
    said: Mapping[int, Sequence[Entry]]


def decided_beside(session: Session, mail_id: int, step_ids: Collection[int]) -> Decided:
    """The ledger of some steps as one mail finds it when it leaves: one statement."""
    rows = _some().rows(session, {"ids": [*step_ids]}) if step_ids else []
    said: dict[int, list[Entry]] = defaultdict(list)
    for row in rows:
        if row.mail_id != mail_id or row.answer is not None:
            said[row.subject_id].append(_entry(row))
    return Decided(_ledger(rows), said)


# built once, since every mail that leaves asks it
@functools.cache
def _some() -> Kept:
    return Kept(_decided(Relance.mail_id).where(Step.id.in_(bindparam("ids", expanding=True))))


def _decided(*more: InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Relance.subject_id,
            Relance.basis,
            Relance.code,
            Relance.state,
            Relance.reason,
            Relance.recipient_id,
            Relance.answer,
            Relance.mailed_on,
            Relance.answered_at,
            *more,
        )
        .join(Step, and_(Relance.subject_kind == STEP, Relance.subject_id == Step.id))
        .where(Relance.former == 0, Relance.basis == Step.due_on, Step.status.in_(OPEN_STATUSES))
    )


def _ledger(rows: Iterable[Row[Any]]) -> Ledger:
    return Ledger(
        {Occasion(STEP, row.subject_id, row.basis, row.code): _entry(row) for row in rows}
    )


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.state, row.reason, row.recipient_id, row.answer, row.mailed_on, row.answered_at
    )


class Lately(NamedTuple):
    """By person, as `Ledger` names them: the last local days of a relance that filled their week,
    and of one of eves alone; when another mail filled it."""

    mailed_on: dict[int, date]
    eve_on: dict[int, date]
    written_at: dict[int, datetime]


def mailed_lately(session: Session, first: date, gap: timedelta) -> Lately:
    """Who was mailed within `gap` days before `first`, or on it and thereafter."""
    # a mail that was given up says nothing to anybody, but its day is used up; who answered
    # « ce n’est pas moi » has read theirs
    was_had = or_(Relance.state == RelanceState.TOLD, Relance.answer.is_not(None))
    is_eve = Relance.code == OccasionCode.DAY_BEFORE
    counts = or_(and_(was_had, Relance.mailed_on > first - gap), Relance.mailed_on >= first)
    relances = (
        select(
            Relance.recipient_id,
            is_eve.label("is_eve"),
            func.max(Relance.mailed_on),
            cast(null(), Mail.ended_at.type),
        )
        .where(
            counts,
            Relance.recipient_id.is_not(None),
            Relance.mailed_on <= first + FARTHEST_AHEAD,
        )
        .group_by(Relance.recipient_id, is_eve)
    )
    # a local day begins half a day before or after that of Greenwich
    since = datetime.combine(first - gap, time(), tzinfo=UTC) - timedelta(days=1)
    others = (
        select(
            Mail.recipient_id,
            false(),
            cast(null(), Relance.mailed_on.type),
            func.max(Mail.ended_at),
        )
        .where(
            Mail.kind.in_(registry.of_the_week()),
            Mail.state == MailState.SENT,
            Mail.ended_at > since,
            Mail.recipient_id.is_not(None),
        )
        .group_by(Mail.recipient_id)
    )
    found = Lately({}, {}, {})
    for person_id, of_eves, day, at in session.execute(relances.union_all(others)):
        if day is not None:
            (found.eve_on if of_eves else found.mailed_on)[person_id] = day
        else:
            found.written_at[person_id] = at
    return found
