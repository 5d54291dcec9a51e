"""Requests of people, and of pilots and operators for them. Verbs: the caller commits."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import GrantPurpose, MailRhythm
from app.accounts.models import DEFAULT_ZONE, Grant, MailPreference, Person
from app.accounts.services.mailed_links import mail_link
from app.core.clock import local_day
from app.core.refusals import RefusedError
from app.privacy.kinds import PERSONAL_DATA, Cause
from app.privacy.models import ContactReview, Erasure
from app.privacy.queries.silent import is_their_own
from app.privacy.services.erasing import (
    lock_person,
    new_erasure,
    open_erasure,
    require_another_operator,
)

# long enough for who reads their mail in the evening
LINK_LIFETIME = timedelta(days=2)
# a click of somebody else's can be taken back for so long
REGRET = timedelta(hours=24)
KEPT_YEARS = 1


def send_link(session: Session, *, email: str, now: datetime) -> None:
    """Mail the link to one's data to this address; where it is nobody's, nothing tells so."""
    mail_link(
        session,
        email,
        PERSONAL_DATA,
        lambda session, person, now: issue_link(session, person, now, now + LINK_LIFETIME),
        subject="Vos données dans Maillage",
        now=now,
    )


def issue_link(session: Session, person: Person, now: datetime, until: datetime) -> Grant:
    """The right to read, download and erase what is held about oneself."""
    return issue_grant(
        session,
        person_id=person.id,
        purpose=GrantPurpose.PERSONAL_DATA,
        subject_kind="person",
        subject_id=person.id,
        now=now,
        expires_at=until,
    )


def ask_for(
    session: Session, person: Person, *, cause: Cause, asked_by_id: int, now: datetime
) -> Erasure:
    """Somebody asks for another person: it takes effect in a day, and can be taken back until then.

    No reminder reaches them meanwhile. Asked again, it stands as it was; a warning that
    waits becomes this request. Raises RefusedError for who is erased already, for the last
    operator who can come in, and for a pilot where it is not a contact any more.
    """
    person = lock_person(session, person.id)
    if person.anonymised_at is not None:
        raise RefusedError("Cette personne est déjà effacée.")
    require_another_operator(session, person)
    if cause is Cause.PILOT and is_their_own(session, person.id):
        raise RefusedError(
            "Cette personne a un compte ou un rôle : elle seule demande que ses données partent."
        )
    waiting = open_erasure(session, person.id)
    if waiting is not None and waiting.cause is not Cause.IDLE:
        waiting.due_at = min(waiting.due_at, now + REGRET)
        return waiting
    erasure = waiting or new_erasure(
        person, cause=cause, asked_by_id=asked_by_id, now=now, due_at=now + REGRET
    )
    # a warning asks what somebody has now decided: it would be taken back by a click or a visit
    erasure.cause, erasure.asked_by_id = cause, asked_by_id
    erasure.asked_at, erasure.due_at = now, now + REGRET
    session.add(erasure)
    _hold_mails(session, person, _last_day(person, erasure.due_at), now)
    session.flush()
    return erasure


def cancel(session: Session, erasure: Erasure, *, now: datetime) -> None:
    """Take a request back; reminders come again. Raises RefusedError once it took effect."""
    session.refresh(erasure, with_for_update=True)
    if erasure.done_at is not None:
        raise RefusedError("Trop tard : les données sont déjà effacées.")
    if erasure.cancelled_at is not None:
        return
    erasure.cancelled_at = now
    person = session.get_one(Person, erasure.person_id)
    held = session.get(MailPreference, person.id)
    if held is not None and held.paused_until == _last_day(person, erasure.due_at):
        held.paused_until = None
    session.flush()


def _last_day(person: Person, due_at: datetime) -> date:
    return local_day(due_at, person.time_zone or DEFAULT_ZONE) + timedelta(days=1)


def _hold_mails(session: Session, person: Person, until: date, now: datetime) -> None:
    preference = session.get(MailPreference, person.id)
    if preference is None:
        preference = MailPreference(person_id=person.id, rhythm=MailRhythm.AT_ONCE)
        session.add(preference)
    if preference.paused_until is None or preference.paused_until < until:
        preference.paused_until = until
        preference.updated_at = now


def keep_contact(
    session: Session, *, person_id: int, territory_id: int, by_id: int, today: date, now: datetime
) -> None:
    """A silent contact is still one: asked again in a year."""
    session.add(
        ContactReview(
            person_id=person_id,
            territory_id=territory_id,
            kept_until=today.replace(year=today.year + KEPT_YEARS, day=min(today.day, 28)),
            reviewed_at=now,
            reviewed_by_id=by_id,
        )
    )
    session.flush()
