"""The verbs of the outbox: write a mail, claim what is due, and say what became of it.

The verbs on one mail change a row whose lease the caller has just checked with `held`, in the
same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, case, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from app.core.prepared import Kept
from app.outbox.kinds import MailState, Outcome
from app.outbox.message import LONGEST_SUBJECT, one_line
from app.outbox.models import Mail
from app.outbox.schedule import LEASE, MAX_ATTEMPTS, wait_after

LONGEST_ERROR = 500


def enqueue(
    session: Session,
    *,
    key: str,
    kind: str,
    recipient_id: int | None,
    territory_id: int | None,
    to: str,
    refs: dict[str, Any],
    subject: str,
    not_before: datetime,
    now: datetime,
) -> Mail | None:
    """Write a mail that leaves at `not_before` or soon after; None when `key` is already written.

    `refs` is JSON with what the kind needs to renew it; `subject` is provisional. The caller
    commits. Any number of writers may try the same key at once.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Mail).values(
        key=key,
        kind=kind,
        recipient_id=recipient_id,
        territory_id=territory_id,
        to=to,
        refs=refs,
        subject=one_line(subject)[:LONGEST_SUBJECT],
        not_before=not_before,
        created_at=now,
    )
    written = statement.on_conflict_do_nothing(index_elements=[Mail.key]).returning(Mail)
    return session.scalars(written).one_or_none()


@dataclass(frozen=True)
class Waiting:
    """One of many mails that are written together; see `enqueue`."""

    key: str
    recipient_id: int | None
    territory_id: int | None
    to: str
    refs: dict[str, Any]
    subject: str
    not_before: datetime


def enqueue_all(
    session: Session, mails: Sequence[Waiting], *, kind: str, now: datetime
) -> dict[str, int]:
    """Write mails in their order; {key: id} of those that nobody had written. As `enqueue`."""
    if not mails:
        return {}
    rows = [
        {
            **vars(mail),
            "subject": one_line(mail.subject)[:LONGEST_SUBJECT],
            "kind": kind,
            "created_at": now,
        }
        for mail in mails
    ]
    statement = _enqueue_statement(session.get_bind().dialect.name)
    written = session.connection().execute(statement, rows)
    return {row.key: row.id for row in written}


@lru_cache
def _enqueue_statement(dialect: str) -> ReturningInsert[int, str]:
    own = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = own(Mail).on_conflict_do_nothing(index_elements=[Mail.key])
    return statement.returning(Mail.id, Mail.key)


@dataclass(frozen=True)
class Claim:
    """One mail that `holder` alone may handle until the instant `until`.

    `attempts` are those spent before, or suspected of a worker's death.
    """

    mail_id: int
    holder: str
    until: datetime
    recipient_id: int | None
    to: str
    attempts: int

    def may_be_written_during(self, other: Claim) -> bool:
        """Whether it may be written while the relay takes the other.

        Not to the same reader: what a mail says may depend on whether the other has left. Nor
        where either was tried before: what kills its worker must not take others along again.
        """
        is_same = self.to == other.to or (
            self.recipient_id is not None and self.recipient_id == other.recipient_id
        )
        return not is_same and self.attempts == other.attempts == 0

    @property
    def lease(self) -> dict[str, object]:
        """What the row must still say for the mail to be this holder's."""
        return {"mail_id": self.mail_id, "holder": self.holder, "until": self.until}


def claim(
    session: Session,
    *,
    holder: str,
    due_by: datetime,
    now: datetime,
    limit: int,
    urgent: Collection[str] = (),
) -> list[Claim]:
    """Lease at most `limit` mails to `holder`, a name of this run alone, the longest due first.

    What was due by `due_by` is taken, and what a dead worker left behind; the kinds that are
    `urgent` before the others. The caller commits before it works, so that nobody waits for
    anybody.
    """
    in_order = (case((Mail.kind.in_(urgent), 0), else_=1), Mail.not_before, Mail.id)
    due = session.execute(_due(due_by, now).order_by(*in_order).limit(limit)).all()
    dead = {row.lease_holder for row in due} - {None}
    suspects = _in_hand_at_death(session, dead, in_order)
    session.execute(
        update(Mail)
        .where(Mail.id.in_([row.id for row in due]))
        .values(
            state=MailState.SENDING,
            lease_holder=holder,
            leased_until=now + LEASE,
            attempts=Mail.attempts + case((Mail.id.in_(suspects), 1), else_=0),
        )
        .execution_options(synchronize_session=False)
    )
    _free_the_rest(session, dead, now)
    until = now + LEASE
    return [
        Claim(row.id, holder, until, row.recipient_id, row.to, row.attempts + (row.id in suspects))
        for row in due
    ]


def _due(due_by: datetime, now: datetime) -> Select[*tuple[Any, ...]]:
    waiting = and_(Mail.state == MailState.WAITING, Mail.not_before <= due_by)
    abandoned = and_(Mail.state == MailState.SENDING, Mail.leased_until <= now)
    return (
        select(Mail.id, Mail.lease_holder, Mail.recipient_id, Mail.to, Mail.attempts)
        .where(or_(waiting, abandoned))
        .with_for_update(skip_locked=True)
    )


def _in_hand_at_death(
    session: Session, holders: Collection[str], in_order: Iterable[Any]
) -> list[int]:
    """The mail that each of these dead workers may have been writing when it died of it.

    A worker takes its mails in the order of its claim. What it had written had its lease prolonged
    past the others', and its attempt counted: one that the relay was taking, and at most one that
    was to follow. Only with two of them was it writing none.
    """
    batches: dict[str | None, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(Mail.id, Mail.lease_holder, Mail.leased_until, Mail.content.is_(None).label("fresh"))
        .where(Mail.lease_holder.in_(holders))
        .order_by(*in_order)
    ):
        batches[row.lease_holder].append(row)
    return [suspect for batch in batches.values() if (suspect := _written_at_death(batch))]


def _written_at_death(batch: Sequence[Any]) -> int | None:
    claimed_until = min(row.leased_until for row in batch)
    written = [row for row in batch if row.leased_until > claimed_until]
    unwritten = [row for row in batch if row.leased_until == claimed_until]
    return unwritten[0].id if len(written) < 2 and unwritten[0].fresh else None


def _free_the_rest(session: Session, dead: Collection[str], now: datetime) -> None:
    """What a dead worker leaves beyond this claim is due to anybody, and judged no second time."""
    left = session.scalars(
        select(Mail.id)
        .where(Mail.lease_holder.in_(dead), Mail.leased_until <= now)
        .with_for_update(skip_locked=True)
    ).all()
    session.execute(
        update(Mail)
        .where(Mail.id.in_(left))
        .values(state=MailState.WAITING, lease_holder=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )


_IS_HELD = (
    Mail.id == bindparam("mail_id"),
    Mail.state == MailState.SENDING,
    Mail.lease_holder == bindparam("holder"),
    Mail.leased_until == bindparam("until"),
)
_HELD = Kept(select(Mail).where(*_IS_HELD).with_for_update())


def held(session: Session, claimed: Claim) -> Mail | None:
    """The mail, locked for this transaction, or None when it is no longer this holder's."""
    mail: Mail | None = _HELD.by_orm(session, claimed.lease).scalars().one_or_none()
    return mail


def prolong(mail: Mail, claimed: Claim, now: datetime) -> Claim:
    """Begin the lease anew, so that it covers the conversation that follows."""
    mail.leased_until = now + LEASE
    return replace(claimed, until=now + LEASE)


_MAIL = cast("Table", Mail.__table__)
_SENT = Kept(
    update(_MAIL)
    .where(*_IS_HELD)
    .values(
        state=MailState.SENT,
        lease_holder=None,
        leased_until=None,
        content=None,
        last_error=None,
        ended_at=bindparam("now"),
    )
    .returning(_MAIL.c.id)
)


def mark_sent(session: Session, claimed: Claim, now: datetime) -> Outcome:
    """The relay has taken it, in one statement, since most mails end so; LOST as with `held`.

    Its bytes go: what was said can be told anew, links in it cannot.
    """
    marked = _SENT.rows(session, {**claimed.lease, "now": now})
    return Outcome.SENT if marked else Outcome.LOST


def mark_failed(mail: Mail, error: str, now: datetime) -> Outcome:
    """Final: the relay refused it for good, its template is at fault, or attempts are spent."""
    return _end(mail, MailState.FAILED, error, now)


def mark_skipped(mail: Mail, reason: str, now: datetime) -> Outcome:
    """Final: what it would have said is no longer true."""
    return _end(mail, MailState.SKIPPED, reason, now)


def put_back(mail: Mail, error: str, now: datetime, *, keep_content: bool = False) -> Outcome:
    """Let it wait for its next attempt, longer each time; failed when attempts are spent.

    `keep_content` when the relay may have taken it after all: then only the same bytes may go.
    """
    if mail.attempts >= MAX_ATTEMPTS:
        return mark_failed(mail, f"given up after {mail.attempts} attempts: {error}", now)
    mail.not_before = now + wait_after(mail.attempts, mail.id)
    return _free(mail, error, keep_content=keep_content)


def put_off(mail: Mail, until: datetime) -> Outcome:
    """This is no hour to write: ask again then. No attempt is spent."""
    mail.not_before = until
    return _free(mail, None, keep_content=True)


def hand_over(mail: Mail, content: bytes, subject: str) -> None:
    """Keep the bytes that go to the relay now, and count the attempt."""
    mail.content = content
    mail.subject = one_line(subject)[:LONGEST_SUBJECT]
    mail.attempts += 1


def take_back(mail: Mail, error: str | None, *, keep_content: bool) -> Outcome:
    """Undo a hand-over that nobody was there to take; due at once, no attempt spent."""
    mail.attempts -= 1
    return _free(mail, error, keep_content=keep_content)


def release(mail: Mail, error: str | None = None) -> Outcome:
    """Give it back as it was claimed, due at once."""
    return _free(mail, error, keep_content=True)


def retry(session: Session, public_ids: Collection[str] | None = None) -> set[str]:
    """Let mails that were given up, all or those named, wait once more; whose public ids they are.

    Their hour stays, which has passed: what is not to come at night still waits for the morning.
    """
    named = true() if public_ids is None else Mail.public_id.in_(public_ids)
    tried = session.scalars(
        update(Mail)
        .where(Mail.state == MailState.FAILED, named)
        .values(state=MailState.WAITING, attempts=0, ended_at=None)
        .returning(Mail.public_id)
        .execution_options(synchronize_session=False)
    )
    return set(tried)


def _free(mail: Mail, error: str | None, *, keep_content: bool) -> Outcome:
    mail.state = MailState.WAITING
    mail.lease_holder = mail.leased_until = None
    if error is not None:
        mail.last_error = one_line(error)[:LONGEST_ERROR]
    if not keep_content:
        mail.content = None
    return Outcome.RETRY


def _end(mail: Mail, state: MailState, error: str | None, now: datetime) -> Outcome:
    mail.state = state
    mail.lease_holder = mail.leased_until = mail.content = None
    mail.last_error = one_line(error)[:LONGEST_ERROR] if error else None
    mail.ended_at = now
    return Outcome(state.value)
