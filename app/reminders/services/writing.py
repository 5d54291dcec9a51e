"""What a day's decision leaves in the database: mails with their occasions and links, and drops.

Any number of writers at once write each thing once: a mail by its key, an occasion by its own.
All take rows in one order, so that two of them never wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, and_, delete, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from app.accounts.kinds import GrantPurpose
from app.accounts.models import Grant, Person
from app.outbox.models import Mail
from app.outbox.services import Waiting, enqueue_all
from app.reminders.kinds import CURABLE, OccasionCode, RelanceState
from app.reminders.labels import Topic, subject
from app.reminders.models import Relance
from app.reminders.schedule.fold import PlannedMail
from app.reminders.schedule.judging import Told, Untold
from app.reminders.schedule.watching import Notice
from app.reminders.services.former import OCCASION, keep_former
from app.reminders.words import (
    notices_subject,
)

MAIL_KIND = "relance"
MAIL = "mail"
MAILS_AT_ONCE = 50
FIRST_WORDS = (OccasionCode.MILESTONE, OccasionCode.WEEK_BEFORE)
_ROWS_AT_ONCE = 500
_LINKS = (GrantPurpose.RELANCE, GrantPurpose.UNSUBSCRIBE)
_KEY = (*OCCASION, "former")


def write_mail(session: Session, mail: PlannedMail, not_before: datetime, now: datetime) -> int:
    """One mail, as `write_mails` does it."""
    return write_mails(session, [(mail, not_before)], now)


def write_mails(
    session: Session, planned: Sequence[tuple[PlannedMail, datetime]], now: datetime
) -> int:
    """Mails with the instants before which they wait, their occasions and their links; how many
    were new. A mail all of whose occasions others have written does not stand."""
    there = _people_there(session, {mail.recipient.id for mail, _ in planned})
    wanted = {
        mail.key: (mail, not_before) for mail, not_before in planned if mail.recipient.id in there
    }
    ids = enqueue_all(
        session, [_waiting(*wanted[key]) for key in sorted(wanted)], kind=MAIL_KIND, now=now
    )
    rows = [row for key, id_ in ids.items() for row in _told(wanted[key][0], id_, now)]
    told = set(_recorded(session, rows)) - {None}
    _take_out(session, set(ids.values()) - told)
    links = [
        {
            "person_id": wanted[key][0].recipient.id,
            "purpose": purpose,
            "subject_kind": MAIL,
            "subject_id": id_,
            "created_at": now,
        }
        for key, id_ in ids.items()
        if id_ in told
        for purpose in _LINKS
    ]
    if links:
        session.connection().execute(insert(_table(Grant)), links)
    return len(told)


def _people_there(session: Session, ids: Collection[int]) -> set[int]:
    """Whom nobody has erased; nobody does before this transaction ends."""
    query = select(Person.id).where(Person.id.in_(ids), Person.anonymised_at.is_(None))
    return set(session.scalars(query.order_by(Person.id).with_for_update(read=True)))


def _waiting(mail: PlannedMail, not_before: datetime) -> Waiting:
    if mail.recipient.email is None:
        raise ValueError(f"{mail.key} has no address")
    return Waiting(
        key=mail.key,
        recipient_id=mail.recipient.id,
        territory_id=mail.territories[0].id,
        to=mail.recipient.email,
        refs={"on": mail.on.isoformat()},
        subject=subject_of(mail),
        not_before=not_before,
    )


def subject_of(mail: PlannedMail) -> str:
    """What is known of the subject before the mail is written."""
    if mail.told:
        return subject([topic_of(one) for one in mail.told], mail.on)
    return notices_subject([one.code for one in mail.notices])


def topic_of(one: Told) -> Topic:
    """What the subject says before the mail is written: the first mail of a date asks to agree."""
    return Topic(one.step.title, one.step.due_on, one.rule.code in FIRST_WORDS)


def write_drops(session: Session, drops: Sequence[Untold], now: datetime) -> int:
    """Record what is not told and why; how many were new."""
    rows = [
        _row(
            one,
            now,
            state=RelanceState.DROPPED,
            reason=one.reason,
            recipient_id=one.step.recipient.id if one.step.recipient else None,
            mail_id=None,
            mailed_on=None,
        )
        for one in drops
    ]
    return len(_recorded(session, rows))


def _told(mail: PlannedMail, mail_id: int, now: datetime) -> list[dict[str, Any]]:
    occasions: tuple[Told | Notice, ...] = (*mail.told, *mail.notices)
    return [
        _row(
            one,
            now,
            state=RelanceState.TOLD,
            reason=None,
            recipient_id=mail.recipient.id,
            mail_id=mail_id,
            mailed_on=mail.on,
        )
        for one in occasions
    ]


def _row(one: Told | Notice, now: datetime, **outcome: Any) -> dict[str, Any]:
    occasion = one.occasion
    territory = one.territory if isinstance(one, Notice) else one.step.territory
    return {
        "territory_id": territory.id,
        "subject_kind": occasion.subject_kind,
        "subject_id": occasion.subject_id,
        "basis": occasion.basis,
        "code": occasion.code,
        "former": 0,
        "nominal_on": one.nominal_on,
        "decided_at": now,
        "answer": None,
        "answered_at": None,
        "first_answered_at": None,
        "answered_by_id": None,
        "answered_as": None,
        **outcome,
    }


def _recorded(session: Session, rows: list[dict[str, Any]]) -> list[int | None]:
    """Insert occasions that nobody has decided, or that may be decided again: their mails."""
    if not rows:
        return []
    keep_former(session, rows)
    rows = sorted(rows, key=lambda row: tuple(str(row[name]) for name in _KEY))
    statement = _record_statement(session.get_bind().dialect.name)
    connection = session.connection()
    return [
        mail_id
        for start in range(0, len(rows), _ROWS_AT_ONCE)
        for mail_id in connection.execute(statement, rows[start : start + _ROWS_AT_ONCE]).scalars()
    ]


@lru_cache
def _record_statement(dialect: str) -> ReturningInsert[int | None]:
    """Built once, so that it is compiled once."""
    own: Callable[..., sqlite.Insert | postgresql.Insert] = (
        sqlite.insert if dialect == "sqlite" else postgresql.insert
    )
    table = _table(Relance)
    statement = own(table)
    new = statement.excluded
    kept = {"id", "territory_id", "nominal_on", *_KEY}
    return statement.on_conflict_do_update(
        index_elements=list(_KEY),
        set_={column.name: new[column.name] for column in table.c if column.name not in kept},
        where=or_(
            table.c.state == RelanceState.RELEASED,
            and_(
                table.c.state == RelanceState.DROPPED,
                table.c.reason.in_(CURABLE),
                new.state == RelanceState.TOLD,
            ),
        ),
    ).returning(table.c.mail_id)


def _take_out(session: Session, mail_ids: Collection[int]) -> None:
    """Mails of this transaction that nobody has seen, and that tell nothing."""
    if mail_ids:
        table = _table(Mail)
        session.connection().execute(delete(table).where(table.c.id.in_(mail_ids)))


def _table(model: type[Relance | Mail | Grant]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
