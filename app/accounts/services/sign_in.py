"""Signing in by password."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password, is_outdated, is_right
from app.accounts.models import Person


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


def opens(credentials: Credentials | None, password: str) -> bool:
    """Whether the password is right; takes as long when there is no account."""
    return is_right(password, credentials.password_hash if credentials else None)


def renew_hash(session: Session, credentials: Credentials, password: str) -> None:
    """Store a password that was right by today's parameters, where they have changed."""
    if credentials.password_hash and is_outdated(credentials.password_hash):
        session.get_one(Person, credentials.person_id).password_hash = hash_password(password)
