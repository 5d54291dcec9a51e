"""Inviting a person into an organisation: asked by mail, answered behind the mail's link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.grants import revoke_grants
from app.accounts.hashing import hash_password
from app.accounts.kinds import AskKind, AskState, GrantPurpose, MembershipRole
from app.accounts.mails import INVITATION
from app.accounts.models import Ask, Grant, Organisation, Person
from app.accounts.queries.organisations import time_zone_of
from app.accounts.queries.people import active_place, belongs_beyond, has_account
from app.accounts.rules import may_admit
from app.accounts.services import asks
from app.accounts.services.people import (
    give_place,
    new_person,
    person_with,
    search_key,
)
from app.accounts.sessions import viewer_of
from app.core.clock import local_day
from app.core.refusals import RefusedError
from app.outbox.services import enqueue

LIFETIME = timedelta(days=14)
# what the invitation page and mail tell about data; a new text gets a new version
TEXT_VERSION = "invitation-1"
SUBJECT = "organisation"


@dataclass(frozen=True)
class Guest:
    """Whom an inviter names, and as what. `note` is the inviter's own word."""

    name: str
    email: str
    function: str | None = None
    role: MembershipRole = MembershipRole.MEMBER
    note: str | None = None


def invite(
    session: Session, *, organisation: Organisation, guest: Guest, asker_id: int, now: datetime
) -> Grant:
    """Ask a person to join; asking again renews what waits. Answers the link's grant.

    A known person keeps their own name. Raises RefusedError for who is in already.
    """
    person = person_with(session, guest.email) or new_person(
        session, name=guest.name, email=guest.email, now=now
    )
    if _is_in(session, person, organisation):
        raise RefusedError("Cette personne participe déjà pour cette organisation.")
    waiting = _waiting(session, organisation.id, person.id)
    if waiting is not None:
        # whoever asks last answers for it: their rights are checked when it is accepted
        waiting.asker_id, waiting.payload = asker_id, _payload(guest)
        return renew(session, waiting, now=now)
    ask = asks.open_ask(
        session,
        kind=AskKind.INVITATION,
        subject=(SUBJECT, organisation.id),
        asker_id=asker_id,
        asked_person_id=person.id,
        payload=_payload(guest),
        text_version=TEXT_VERSION,
        now=now,
        expires_at=now + LIFETIME,
    )
    grant = asks.grant_answer(session, ask, GrantPurpose.INVITATION, now)
    _mail(session, grant, person, organisation, now)
    return grant


def renew(session: Session, ask: Ask, *, now: datetime) -> Grant:
    """Fourteen more days, and the mail again; links already mailed keep working."""
    if ask.state is not AskState.OPEN:
        raise RefusedError("Cette invitation a déjà reçu sa réponse.")
    grant = session.scalars(
        select(Grant).where(
            Grant.purpose == GrantPurpose.INVITATION,
            Grant.subject_kind == "ask",
            Grant.subject_id == ask.id,
        )
    ).one()
    ask.expires_at = grant.expires_at = now + LIFETIME
    session.flush()
    organisation = session.get_one(Organisation, ask.subject_id)
    _mail(session, grant, session.get_one(Person, grant.person_id), organisation, now)
    return grant


def revoke(session: Session, ask: Ask, *, now: datetime) -> None:
    """Take an invitation back: its links open nothing, a mail still waiting does not leave."""
    asks.withdraw(ask)
    revoke_grants(session, GrantPurpose.INVITATION, "ask", ask.id, now)


def accept(
    session: Session, ask: Ask, person: Person, *, name: str, password: str | None, now: datetime
) -> bool:
    """The invited person says yes, by the name they go by, with a password where they want one.

    False when they had accepted before: then nothing changes. Name and password are set for who is
    new here: an invitation gets forwarded, and must not take an account over. Raises
    asks.NoLongerStandsError.
    """
    is_new = is_new_here(session, ask, person)
    if not asks.accept(session, ask, person_id=person.id, now=now):
        return False
    if not is_new:
        return True
    if person.name != name:
        person.name = name
        person.search_key = search_key(name)
    if password:
        person.password_hash = hash_password(password)
    return True


def is_new_here(session: Session, ask: Ask, person: Person) -> bool:
    """Nobody's account, and nothing beyond what this invitation gives."""
    return not (has_account(session, person) or belongs_beyond(session, person, ask.subject_id))


def still_stands(session: Session, ask: Ask) -> bool:
    """Whether the asker may still let people into this organisation."""
    asker = viewer_of(session, ask.asker_id)
    organisation = session.get(Organisation, ask.subject_id)
    return asker is not None and organisation is not None and may_admit(asker, organisation)


def take_place(session: Session, ask: Ask, now: datetime) -> None:
    """What an accepted invitation does."""
    assert ask.asked_person_id is not None  # invitations ask a person
    organisation = session.get_one(Organisation, ask.subject_id)
    give_place(
        session,
        person_id=ask.asked_person_id,
        organisation_id=ask.subject_id,
        role=MembershipRole(ask.payload.get("role", MembershipRole.MEMBER)),
        function=ask.payload.get("function"),
        today=local_day(now, time_zone_of(organisation)),
    )


HANDLER = asks.Handler(stands=still_stands, run=take_place)


def _is_in(session: Session, person: Person, organisation: Organisation) -> bool:
    """A member with an account; a contact who never signed in can still be invited."""
    place = active_place(session, person.id, organisation.id)
    return place is not None and has_account(session, person)


def _waiting(session: Session, organisation_id: int, person_id: int) -> Ask | None:
    return session.scalar(
        select(Ask).where(
            Ask.kind == AskKind.INVITATION,
            Ask.subject_kind == SUBJECT,
            Ask.subject_id == organisation_id,
            Ask.asked_person_id == person_id,
            Ask.state == AskState.OPEN,
        )
    )


def _payload(guest: Guest) -> dict[str, str | None]:
    """`name` is what the inviter typed: who they know by it is not told before the answer."""
    return {
        "name": guest.name,
        "function": guest.function,
        "role": guest.role.value,
        "note": guest.note,
    }


def _mail(
    session: Session, grant: Grant, person: Person, organisation: Organisation, now: datetime
) -> None:
    if person.email is None:
        return
    territory = organisation.territories[0] if organisation.territories else None
    enqueue(
        session,
        key=f"{INVITATION}:{grant.public_id}:{int(now.timestamp())}",
        kind=INVITATION,
        recipient_id=person.id,
        territory_id=territory.id if territory else None,
        to=person.email,
        refs={"grant": grant.public_id},
        subject=f"Invitation : {organisation.name}",
        not_before=now,
        now=now,
    )
