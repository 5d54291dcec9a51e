"""People: found, made, and given a place in an organisation."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole
from app.accounts.models import SEARCH_KEY_LENGTH, Membership, Organisation, Person
from app.accounts.queries.people import active_place, default_place, has_account, with_account
from app.core.folding import fold
from app.core.refusals import RefusedError


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


def end_place(place: Membership, today: date, *, own_leave: bool = False) -> None:
    """The person leaves the organisation, perhaps by themselves; what they did there stays."""
    place.ended_on, place.own_leave = today, own_leave
    place.is_default = False


def come_back(session: Session, place: Membership) -> bool:
    """Take one's leave back, in the role one had; False where one is in again already."""
    if active_place(session, place.person_id, place.organisation_id) is not None:
        return False
    place.ended_on, place.own_leave = None, False
    session.flush()
    return True


def set_place_role(session: Session, place: Membership, role: MembershipRole) -> None:
    """Somebody manages their organisation, or no longer does.

    Raises RefusedError for who has no account to manage with, and for the last manager who has
    one: whoever wants no part in it any more leaves the organisation instead.
    """
    # who ends whom first: the organisation's row decides
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == place.organisation_id)
        .with_for_update(key_share=True)
    )
    session.refresh(place)
    if place.ended_on is not None:
        raise RefusedError("Cette personne n’est plus de l’organisation.")
    if place.role is role:
        return
    if role is MembershipRole.MANAGER:
        if not has_account(session, place.person):
            raise RefusedError(
                "Cette personne n’a pas de compte : invitez-la, en cochant qu’elle gère "
                "l’organisation."
            )
    elif not _other_managers(session, place):
        raise RefusedError(
            "Il faut que quelqu’un gère l’organisation : nommez d’abord une autre personne."
        )
    place.role = role
    session.flush()


def _other_managers(session: Session, place: Membership) -> set[int]:
    """Who else manages the organisation and can come in."""
    managers = set(
        session.scalars(
            select(Membership.person_id)
            .join(Membership.person)
            .where(
                Membership.organisation_id == place.organisation_id,
                Membership.role == MembershipRole.MANAGER,
                Membership.ended_on.is_(None),
                Membership.id != place.id,
                Person.anonymised_at.is_(None),
            )
        )
    )
    return with_account(session, managers) if managers else set()
