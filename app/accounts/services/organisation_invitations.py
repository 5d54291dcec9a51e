"""Inviting a person into an organisation, and what accepting that does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, MembershipRole
from app.accounts.models import Ask, Grant, Organisation, Person
from app.accounts.queries.organisations import time_zone_of
from app.accounts.queries.people import active_place, has_account
from app.accounts.rules import may_admit
from app.accounts.services import asks
from app.accounts.services.inviting import ask_in, reachable
from app.accounts.services.people import give_place
from app.accounts.sessions import viewer_of
from app.core.clock import local_day
from app.core.refusals import RefusedError

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
    person = reachable(session, name=guest.name, email=guest.email, now=now)
    if _is_in(session, person, organisation):
        raise RefusedError("Cette personne participe déjà pour cette organisation.")
    return ask_in(
        session,
        kind=AskKind.INVITATION,
        subject=(SUBJECT, organisation.id),
        person=person,
        asker_id=asker_id,
        payload=_payload(guest),
        now=now,
    )


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


def _payload(guest: Guest) -> dict[str, str | None]:
    """`name` is what the inviter typed: who they know by it is not told before the answer."""
    return {
        "name": guest.name,
        "function": guest.function,
        "role": guest.role.value,
        "note": guest.note,
    }
