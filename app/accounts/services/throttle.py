"""Attempts at signing in, counted per account and per address in our own table.

An attempt is written and committed before it is counted: of attempts made at the same instant,
by any number of processes, no more pass than the limit allows.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import SignInFailure

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
PER_ACCOUNT = 5
PER_ADDRESS = 30
# a million codes, three of them right at any moment
CODES_PER_DAY = 20


@dataclass(frozen=True)
class Subjects:
    """What an attempt counts against: the account, known or not, and where it comes from."""

    account: str
    address: str
    per_day: int | None = None


@dataclass(frozen=True)
class Attempt:
    subjects: Subjects
    row_ids: tuple[int, ...]


def by_password(email: str, address: str | None) -> Subjects:
    return Subjects(f"account:{_hidden(email)}", f"address:{_subscriber(address)}")


def by_link(email: str, address: str | None) -> Subjects:
    """Mailed links have a count of their own, so that they stay a way in for who is throttled."""
    return Subjects(f"link:{_hidden(email)}", f"link-address:{_subscriber(address)}")


def by_code(person_id: int, address: str | None) -> Subjects:
    """Codes of a second factor: whoever tries them has the password already."""
    where = f"code-address:{_subscriber(address)}"
    return Subjects(f"code:{person_id}", where, per_day=CODES_PER_DAY)


def note_attempt(session: Session, subjects: Subjects, now: datetime) -> Attempt:
    """Write one attempt and trim the old ones; commit before counting."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < now - KEPT))
    rows = [SignInFailure(subject=one, at=now) for one in (subjects.account, subjects.address)]
    session.add_all(rows)
    session.flush()
    return Attempt(subjects, tuple(row.id for row in rows))


def is_over(session: Session, attempt: Attempt, now: datetime) -> bool:
    """Whether this attempt is one too many for the last quarter of an hour, or for the day."""
    subjects = attempt.subjects
    limits = [(subjects.account, PER_ACCOUNT, WINDOW), (subjects.address, PER_ADDRESS, WINDOW)]
    if subjects.per_day is not None:
        limits.append((subjects.account, subjects.per_day, KEPT))
    return any(_made(session, subject, now - span) > limit for subject, limit, span in limits)


def withdraw(session: Session, attempt: Attempt) -> None:
    """One that was refused unheard does not count: trying on does not lock out for longer."""
    session.execute(delete(SignInFailure).where(SignInFailure.id.in_(attempt.row_ids)))


def forgive(session: Session, attempt: Attempt) -> None:
    """The right password ends the account's count, and was no failure of its address."""
    withdraw(session, attempt)
    subject = attempt.subjects.account
    session.execute(delete(SignInFailure).where(SignInFailure.subject == subject))


def keep_pace(session: Session, now: datetime) -> None:
    """Write as much as a link to an account would, where there is none: it takes as long."""
    for _ in range(2):
        session.add(SignInFailure(subject="nobody", at=now))
        session.flush()


def forget(session: Session, email: str) -> None:
    """Let nothing be known of attempts on this address."""
    account = _hidden(email)
    subjects = (f"account:{account}", f"link:{account}")
    session.execute(delete(SignInFailure).where(SignInFailure.subject.in_(subjects)))


def _made(session: Session, subject: str, since: datetime) -> int:
    counted = select(func.count(SignInFailure.id)).where(
        SignInFailure.subject == subject, SignInFailure.at > since
    )
    return session.scalar(counted) or 0


def _hidden(email: str) -> str:
    """The typed address is not kept: it may be anybody's."""
    return hashlib.sha256(email.encode()).hexdigest()


def _subscriber(address: str | None) -> str:
    """An IPv4 address, or the /64 that one IPv6 subscriber has whole."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if known.version == 6:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
