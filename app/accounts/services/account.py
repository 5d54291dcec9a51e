"""A person's own affairs: they take effect at once. Verbs: the caller commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.grants import close_own_doors, revoke_grants
from app.accounts.half_way import forget
from app.accounts.hashing import hash_password
from app.accounts.kinds import AskKind, GrantPurpose, MailRhythm, SecurityEvent, SignInWay
from app.accounts.mails import ADDRESS
from app.accounts.models import Ask, Grant, MailPreference, Person, SignIn
from app.accounts.queries.account import address_asks, open_sessions
from app.accounts.services import asks
from app.accounts.services.organisations import write_person
from app.accounts.services.people import person_with
from app.accounts.services.security import tell
from app.accounts.sessions import shut
from app.core.refusals import require_version
from app.outbox.services import enqueue

ADDRESS_LIFETIME = timedelta(days=1)
ADDRESS_TEXT = "address-1"
# as long as a mailed link lives: who just came by one may have forgotten the password
FRESH = timedelta(minutes=30)
WEEK = "12345"


def describe_oneself(person: Person, *, name: str, phone: str | None, version: int | None) -> None:
    """Change one's name and telephone. Raises StaleError when the form is out of date."""
    require_version(person.version, version)
    write_person(person, name=name, phone=phone)


def ask_new_address(session: Session, person: Person, email: str, now: datetime) -> None:
    """Mail the new address to ask whether it is theirs; the old one stays until they say so.

    When it is somebody else's nothing is sent, and nobody is told.
    """
    for former in address_asks(session, person.id):
        asks.withdraw(former)
        revoke_grants(session, GrantPurpose.ADDRESS, "ask", former.id, now)
    if person_with(session, email) is not None:
        return
    ask = asks.open_ask(
        session,
        kind=AskKind.ADDRESS,
        subject=("person", person.id),
        asker_id=person.id,
        asked_person_id=person.id,
        payload={"email": email},
        text_version=ADDRESS_TEXT,
        now=now,
        expires_at=now + ADDRESS_LIFETIME,
    )
    _mail_question(session, asks.grant_answer(session, ask, GrantPurpose.ADDRESS, now), email, now)


def _mail_question(session: Session, grant: Grant, email: str, now: datetime) -> None:
    enqueue(
        session,
        key=f"{ADDRESS}:{grant.public_id}",
        kind=ADDRESS,
        recipient_id=grant.person_id,
        territory_id=None,
        to=email,
        refs={"grant": grant.public_id},
        subject="Confirmez votre nouvelle adresse",
        not_before=now,
        now=now,
    )


def is_free(session: Session, ask: Ask) -> bool:
    """Whether nobody took the address meanwhile."""
    return person_with(session, ask.payload["email"]) is None


def take_address(session: Session, ask: Ask, now: datetime) -> None:
    """What a confirmed address does."""
    person = session.get_one(Person, ask.subject_id)
    if person.email is not None:
        tell(session, person, SecurityEvent.ADDRESS_CHANGED, now)
    person.email = ask.payload["email"]
    # links wait in the old mailbox, which may no longer be theirs
    close_own_doors(session, person.id, now)


ADDRESS_HANDLER = asks.Handler(stands=is_free, run=take_address)


def needs_old_password(person: Person, sign_in: SignIn, now: datetime) -> bool:
    """Whether the present password has to be known to set another one.

    A mailed link stands for it: that is how a forgotten one is replaced.
    """
    came_by_link = sign_in.way is SignInWay.LINK and is_fresh(sign_in, now)
    return person.password_hash is not None and not came_by_link


def is_fresh(sign_in: SignIn, now: datetime) -> bool:
    """Whether the person behind this session has just shown who they are."""
    return now - sign_in.opened_at < FRESH


def change_password(
    session: Session, person: Person, password: str, *, sign_in_id: int, now: datetime
) -> None:
    """Set the password and close every session but this one: somebody else may hold them.

    Nor does a link to sign in or to their data that was mailed before open anything now.
    """
    had_one = person.password_hash is not None
    person.password_hash = hash_password(password)
    close_own_doors(session, person.id, now)
    forget(session, person.id)
    close_other_sessions(session, person.id, sign_in_id=sign_in_id, now=now)
    event = SecurityEvent.PASSWORD_CHANGED if had_one else SecurityEvent.PASSWORD_CHOSEN
    tell(session, person, event, now)


def close_other_sessions(
    session: Session, person_id: int, *, sign_in_id: int, now: datetime
) -> int:
    """Close every session of a person but this one; answers how many."""
    others = [one for one in open_sessions(session, person_id, now) if one.id != sign_in_id]
    for other in others:
        shut(other, now)
    return len(others)


def close_own_session(session: Session, person_id: int, sign_in_id: int, now: datetime) -> bool:
    """Close one of one's sessions; False when it is not among them."""
    for own in open_sessions(session, person_id, now):
        if own.id == sign_in_id:
            shut(own, now)
            return True
    return False


def prefer(
    session: Session,
    person_id: int,
    *,
    rhythm: MailRhythm,
    paused_until: date | None,
    now: datetime,
) -> None:
    """How, and from when on again, one wants to be reminded."""
    preference = session.get(MailPreference, person_id)
    if preference is None:
        preference = MailPreference(person_id=person_id)
        session.add(preference)
    elif rhythm is MailRhythm.OFF and preference.rhythm is not MailRhythm.OFF:
        preference.former = preference.rhythm.value
    preference.rhythm = rhythm
    preference.paused_until = paused_until
    preference.updated_at = now


def choose_work_days(session: Session, person_id: int, chosen: Collection[str]) -> None:
    """The days of the week on which somebody works; all of them, or none, is every one."""
    days = "".join(day for day in WEEK if day in chosen)
    session.get_one(Person, person_id).work_days = days if 0 < len(days) < len(WEEK) else None
