"""Erasing a person: their name goes from everywhere, what they did stays. Cannot be undone.

The caller says who acts, commits, and then keeps the register (`register.keep`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import DEFAULT_ZONE, Organisation, Person
from app.accounts.queries.operators import other_operators
from app.accounts.queries.team import piloted_alone
from app.accounts.services.operators import hold_operators
from app.core.clock import local_day
from app.core.folding import fold
from app.core.personal import Leaving
from app.core.redaction import Redactor, Traces
from app.core.refusals import RefusedError
from app.outbox.models import Mail
from app.outbox.services import enqueue
from app.privacy.kinds import NO_PILOT, Cause
from app.privacy.models import Erasure
from app.privacy.queries.people import belonged_to
from app.privacy.rooms import HOLDINGS, ROOMS
from app.privacy.services.mailbox import forget_in_mailbox
from app.privacy.services.redacting import blank_rows, redact, wipe_journal


@dataclass(frozen=True)
class Erased:
    """What an erasure did. `left_alone`: ids of territories that have no pilot any more."""

    erasure: Erasure
    left_alone: frozenset[int]


def erase(
    session: Session,
    person_id: int,
    *,
    cause: Cause,
    asked_by_id: int | None,
    now: datetime,
    mailbox: Path | None = None,
    again: bool = False,
) -> Erased | None:
    """Anonymise a person in every table that the rooms declare; None when that was done before.

    Whatever is written about them at this moment waits for this transaction or is seen by it:
    their row is locked first. `mailbox` is the Maildir, where there is one. The operators are
    told of territories that have no pilot any more. Raises RefusedError for the last operator who
    can come in, unless they were erased before and it is done `again`.
    """
    hold_operators(session)
    person = lock_person(session, person_id)
    if person.anonymised_at is not None:
        return None
    if not again:
        require_another_operator(session, person)
    leaving = _leaving(session, person, now)
    alone = frozenset(one.id for one in piloted_alone(session, person_id))
    if mailbox is not None:
        _forget_files(session, leaving, mailbox)
    erasure = _finished(session, person, cause=cause, asked_by_id=asked_by_id, now=now)
    for room in ROOMS:
        if room.let_go is not None:
            room.let_go(session, leaving)
    # the one line that the journal gets, without a word about whom
    person.anonymised_at = now
    session.flush()
    wipe_journal(session, HOLDINGS, [person_id])
    blank_rows(session, HOLDINGS, [person_id])
    redact(session, HOLDINGS, leaving)
    _tell_operators(session, alone, now)
    session.expire_all()
    return Erased(erasure, alone)


def lock_person(session: Session, person_id: int) -> Person:
    """The row as it stands now. Rows that refer to it can still be written, mails to it wait."""
    query = select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def require_another_operator(session: Session, person: Person) -> None:
    """Raise RefusedError where nobody would be left who runs the installation and can come in."""
    if person.is_operator and not other_operators(session, person.id):
        raise RefusedError(
            f"{person.name} est la seule personne qui exploite cette installation et peut y "
            "entrer : invitez d’abord quelqu’un d’autre à l’exploiter."
        )


def _leaving(session: Session, person: Person, now: datetime) -> Leaving:
    known = Traces()
    for room in ROOMS:
        if room.known_as is not None:
            known |= room.known_as(session, person.id)
    known = _without_shared(session, person.id, known)
    today = local_day(now, person.time_zone or DEFAULT_ZONE)
    return Leaving(
        person.id,
        now,
        today,
        known,
        Redactor(known),
        Redactor(Traces(emails=known.emails, phones=known.phones)),
        belonged_to(session, person),
    )


def _without_shared(session: Session, person_id: int, known: Traces) -> Traces:
    """What a firm or somebody else bears as well is theirs, wherever it stands."""
    shared = {
        *session.scalars(select(Organisation.phone).where(Organisation.phone.is_not(None))),
        *session.scalars(
            select(Person.phone).where(Person.phone.is_not(None), Person.id != person_id)
        ),
    }
    digits = {_digits(phone) for phone in shared if phone}
    own = frozenset(phone for phone in known.phones if _digits(phone) not in digits)
    others = session.execute(
        select(Person.name, Person.email).where(
            Person.id != person_id, Person.anonymised_at.is_(None)
        )
    ).all()
    borne = {fold(name) for name, _email in others}
    return Traces(
        frozenset(name for name in known.names if fold(name) not in borne),
        known.emails - {email for _name, email in others if email},
        own,
    )


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())[-9:]


def _tell_operators(session: Session, territory_ids: Iterable[int], now: datetime) -> None:
    """A démarche that nobody drives is somebody's business the same day."""
    operators = select(Person.id, Person.email).where(
        Person.is_operator, Person.email.is_not(None), Person.anonymised_at.is_(None)
    )
    for territory_id in sorted(territory_ids):
        for operator_id, email in session.execute(operators.order_by(Person.id)).all():
            enqueue(
                session,
                key=f"{NO_PILOT}:{territory_id}:{operator_id}:{int(now.timestamp())}",
                kind=NO_PILOT,
                recipient_id=operator_id,
                territory_id=territory_id,
                to=email or "",
                refs={"territory": territory_id},
                subject="Plus personne n’anime la démarche",
                not_before=now,
                now=now,
            )


def _forget_files(session: Session, leaving: Leaving, mailbox: Path) -> None:
    mails = session.execute(select(Mail.public_id, Mail.territory_id))
    places: dict[str, int | None] = {mail.public_id: mail.territory_id for mail in mails}
    forget_in_mailbox(
        mailbox,
        _mails_of(session, leaving.person_id),
        lambda mail: leaving.redactor_in(places.get(mail)),
    )


def _mails_of(session: Session, person_id: int) -> frozenset[str]:
    return frozenset(session.scalars(select(Mail.public_id).where(Mail.recipient_id == person_id)))


def _finished(
    session: Session, person: Person, *, cause: Cause, asked_by_id: int | None, now: datetime
) -> Erasure:
    """The register's line: the request that waited, or a new one."""
    erasure = open_erasure(session, person.id)
    if erasure is None:
        erasure = new_erasure(person, cause=cause, asked_by_id=asked_by_id, now=now, due_at=now)
        session.add(erasure)
    # asked of a record that was made one with this one since, it names this one
    erasure.person_public_id = person.public_id
    erasure.cause, erasure.done_at = cause, now
    session.flush()
    return erasure


def new_erasure(
    person: Person, *, cause: Cause, asked_by_id: int | None, now: datetime, due_at: datetime
) -> Erasure:
    """A line of the register, not yet in the session."""
    return Erasure(
        person_id=person.id,
        person_public_id=person.public_id,
        cause=cause,
        asked_at=now,
        asked_by_id=asked_by_id,
        due_at=due_at,
    )


def open_erasure(session: Session, person_id: int, *, to_change: bool = True) -> Erasure | None:
    """The request that waits for this person; locked where it is `to_change`."""
    query = select(Erasure).where(
        Erasure.person_id == person_id,
        Erasure.done_at.is_(None),
        Erasure.cancelled_at.is_(None),
    )
    return session.scalar(query.with_for_update() if to_change else query)
