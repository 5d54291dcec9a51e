"""Signing in by a mailed link: for who has no password, or forgot it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import GrantPurpose
from app.accounts.mails import SIGN_IN_LINK
from app.accounts.models import Grant, Person
from app.accounts.services import throttle
from app.outbox.services import enqueue

LIFETIME = timedelta(minutes=30)
SECOND_TAP = timedelta(seconds=10)
Issue = Callable[[Session, Person, datetime], Grant]


def send_sign_in_link(session: Session, *, email: str, now: datetime) -> None:
    """Mail a link to the account of this address, whoever asks for it."""
    mail_link(
        session, email, SIGN_IN_LINK, issue_sign_in, subject="Votre lien de connexion", now=now
    )


def mail_link(
    session: Session, email: str, kind: str, issue: Issue, *, subject: str, now: datetime
) -> None:
    """Mail whoever has this address a link of their own; where it is nobody's, as much is written.

    Nothing tells the two apart: neither the answer nor the time that it takes.
    """
    person = session.scalar(
        select(Person).where(Person.email == email, Person.anonymised_at.is_(None))
    )
    if person is None:
        throttle.keep_pace(session, now)
        return
    grant = issue(session, person, now)
    enqueue(
        session,
        key=f"{kind}:{grant.public_id}",
        kind=kind,
        recipient_id=person.id,
        territory_id=None,
        to=email,
        refs={"grant": grant.public_id},
        subject=subject,
        not_before=now,
        now=now,
    )


def issue_sign_in(session: Session, person: Person, now: datetime) -> Grant:
    """The right to sign in once within half an hour."""
    return issue_grant(
        session,
        person_id=person.id,
        purpose=GrantPurpose.SIGN_IN,
        subject_kind="person",
        subject_id=person.id,
        now=now,
        expires_at=now + LIFETIME,
    )


def use_up(session: Session, grant: Grant, now: datetime) -> bool:
    """Let a link that is used end once a second tap has passed; False when it has ended already.

    The tap that comes second is the one whose answer a phone shows: it must let in, too.
    """
    ends = now + SECOND_TAP
    used = session.execute(
        update(Grant)
        .where(
            Grant.id == grant.id,
            Grant.revoked_at.is_(None),
            or_(Grant.expires_at.is_(None), Grant.expires_at > now),
        )
        .values(expires_at=case((Grant.expires_at < ends, Grant.expires_at), else_=ends))
        .returning(Grant.id)
        .execution_options(synchronize_session=False)
    )
    return used.first() is not None
