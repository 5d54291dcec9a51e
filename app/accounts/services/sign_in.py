"""Passwords, checked.

`check_password` commits by itself, unlike every other verb: an attempt is counted whatever comes
after it, and no transaction is open while the password is hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password, is_outdated, is_right
from app.accounts.models import Person
from app.accounts.services import throttle


@dataclass(frozen=True)
class Credentials:
    """What a sign-in is checked against, read once so that no transaction waits for the hash."""

    person_id: int
    password_hash: str | None


def credentials_of(session: Session, email: str) -> Credentials | None:
    """Those of the account with this address (in its stored spelling), if there is one."""
    row = session.execute(
        select(Person.id, Person.password_hash).where(
            Person.email == email, Person.anonymised_at.is_(None)
        )
    ).one_or_none()
    return Credentials(row.id, row.password_hash) if row else None


class WrongPasswordError(Exception):
    """No account of this address has this password."""


class TooManyAttemptsError(Exception):
    """Not looked at: too many attempts on this account, or from this address."""


def check_password(
    session: Session, *, email: str, password: str, address: str | None, now: datetime
) -> Credentials:
    """The account of an address and its password, in the same time whether or not it exists.

    Raises WrongPasswordError, TooManyAttemptsError.
    """
    attempt = throttle.note_attempt(session, throttle.by_password(email, address), now)
    session.commit()
    if throttle.is_over(session, attempt, now):
        throttle.withdraw(session, attempt)
        session.commit()
        raise TooManyAttemptsError
    credentials = credentials_of(session, email)
    session.commit()
    # asked first, so that a hash is worked out where there is no account, too
    right = is_right(password, credentials.password_hash if credentials else None)
    if credentials is None or not right:
        raise WrongPasswordError
    throttle.forgive(session, attempt)
    renew_hash(session, credentials, password)
    session.commit()
    return credentials


def renew_hash(session: Session, credentials: Credentials, password: str) -> None:
    """Store a password that was right by today's parameters, where they have changed."""
    if credentials.password_hash and is_outdated(credentials.password_hash):
        session.get_one(Person, credentials.person_id).password_hash = hash_password(password)
