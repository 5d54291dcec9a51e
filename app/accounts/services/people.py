"""People: found, made, and given a place in an organisation."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole
from app.accounts.models import SEARCH_KEY_LENGTH, Membership, Person
from app.accounts.queries.people import active_place, default_place
from app.core.folding import fold


def person_with(session: Session, email: str) -> Person | None:
    """The person of an address in its stored spelling."""
    return session.scalar(select(Person).where(Person.email == email))


def new_person(
    session: Session, *, name: str, email: str | None, phone: str | None = None, now: datetime
) -> Person:
    """A contact, who has no account before they sign in; flushed so that they have their id."""
    person = Person(
        name=name,
        email=email,
        phone=phone,
        search_key=search_key(name),
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def search_key(name: str) -> str:
    return fold(name)[:SEARCH_KEY_LENGTH]


def give_place(
    session: Session,
    *,
    person_id: int,
    organisation_id: int,
    role: MembershipRole,
    function: str | None,
    today: date,
) -> Membership:
    """A person's membership, made where there is none; the first one is the default contact.

    A present member keeps their function unless another is given, and never loses a role.
    """
    place = active_place(session, person_id, organisation_id)
    if place is None:
        place = Membership(
            person_id=person_id,
            organisation_id=organisation_id,
            role=role,
            is_default=default_place(session, organisation_id) is None,
            started_on=today,
        )
        session.add(place)
    elif role is MembershipRole.MANAGER:
        place.role = role
    place.function = function or place.function
    session.flush()
    return place


def make_default(session: Session, place: Membership) -> None:
    """The one who is called first; the former one stays a contact."""
    former = default_place(session, place.organisation_id)
    if former is not None and former is not place:
        former.is_default = False
        session.flush()
    place.is_default = True
    session.flush()


def end_place(place: Membership, today: date) -> None:
    """The person leaves the organisation; what they did there stays."""
    place.ended_on = today
    place.is_default = False
