"""Signed in but for the second factor: remembered for minutes, in one browser, opening nothing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.kinds import SignInWay
from app.accounts.models import HalfSignIn

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Arrival:
    """Who comes in, and how. `identity` (issuer, subject) is to be linked as they do."""

    person_id: int
    way: SignInWay
    identity: tuple[str, str] | None = None
    sealed_id_token: str | None = None


def pause(session: Session, arrival: Arrival, now: datetime) -> str:
    """Wait for the code; answers the key that this browser's cookie keeps."""
    session.execute(delete(HalfSignIn).where(HalfSignIn.expires_at <= now))
    key = secrets.token_urlsafe(32)
    issuer, subject = arrival.identity or (None, None)
    session.add(
        HalfSignIn(
            key_hash=_hash(key),
            person_id=arrival.person_id,
            way=arrival.way,
            expires_at=now + LIFETIME,
            issuer=issuer,
            subject=subject,
            sealed_id_token=arrival.sealed_id_token,
        )
    )
    session.flush()
    return key


def waiting(session: Session, key: str, now: datetime) -> HalfSignIn | None:
    """What waits behind this browser's key, while it lasts and its person is there."""
    half = session.scalar(
        select(HalfSignIn).where(HalfSignIn.key_hash == _hash(key), HalfSignIn.expires_at > now)
    )
    return half if half is not None and half.person.anonymised_at is None else None


def resume(session: Session, half: HalfSignIn) -> Arrival | None:
    """Take it up, once; None when another request was quicker, or it was forgotten."""
    arrival = Arrival(
        half.person_id,
        half.way,
        (half.issuer, half.subject) if half.issuer and half.subject else None,
        half.sealed_id_token,
    )
    taken = session.execute(
        delete(HalfSignIn).where(HalfSignIn.id == half.id).returning(HalfSignIn.id)
    )
    return arrival if taken.first() is not None else None


def forget(session: Session, person_id: int) -> None:
    """Nothing waits for this person any more: the ways in have changed."""
    session.execute(delete(HalfSignIn).where(HalfSignIn.person_id == person_id))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
