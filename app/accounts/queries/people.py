"""What is known of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import (
    SEARCH_KEY_LENGTH,
    Absence,
    Ask,
    Membership,
    Person,
    SignIn,
    TerritoryRole,
)
from app.accounts.queries.organisations import present_places
from app.core.folding import fold


def with_account(session: Session, person_ids: set[int]) -> set[int]:
    """Those who have chosen a password or signed in once: more than contacts."""
    known = or_(Person.password_hash.is_not(None), exists().where(SignIn.person_id == Person.id))
    return set(session.scalars(select(Person.id).where(Person.id.in_(person_ids), known)))


def has_account(session: Session, person: Person) -> bool:
    return bool(with_account(session, {person.id}))


def keeps_own_record(session: Session, person: Person) -> bool:
    """Whether nobody else edits or erases their record: whoever sets its address could come in.

    With an account, with a role in a territory or at the installation, or asked to take one.
    """
    role = exists().where(TerritoryRole.person_id == person.id, TerritoryRole.ended_on.is_(None))
    asked = exists().where(
        Ask.asked_person_id == person.id,
        Ask.state == AskState.OPEN,
        or_(
            Ask.kind.in_((AskKind.TERRITORY_ROLE, AskKind.OPERATOR)),
            and_(Ask.kind == AskKind.HAND_OVER, Ask.subject_kind == "territory"),
        ),
    )
    if person.is_operator or has_account(session, person):
        return True
    return bool(session.scalar(select(or_(role, asked))))


def holds_beyond(session: Session, person: Person, ask: Ask) -> bool:
    """Whether they hold anything beside what this invitation gives.

    Who founds a territory has its role before she answers the invitation of her organisation.
    """
    joins = ask.subject_id if ask.kind is AskKind.INVITATION else None
    places = exists().where(
        Membership.person_id == person.id,
        Membership.organisation_id.is_distinct_from(joins),
        Membership.ended_on.is_(None),
    )
    if ask.kind is AskKind.INVITATION:
        return bool(session.scalar(select(places)))
    roles = exists().where(TerritoryRole.person_id == person.id, TerritoryRole.ended_on.is_(None))
    return person.is_operator or bool(session.scalar(select(or_(places, roles))))


def active_place(session: Session, person_id: int, organisation_id: int) -> Membership | None:
    """A person's present membership of an organisation."""
    return session.scalar(
        select(Membership).where(
            Membership.person_id == person_id,
            Membership.organisation_id == organisation_id,
            Membership.ended_on.is_(None),
        )
    )


def default_place(session: Session, organisation_id: int) -> Membership | None:
    """That of the one who is called first."""
    return session.scalar(
        select(Membership).where(
            Membership.organisation_id == organisation_id,
            Membership.is_default,
            Membership.ended_on.is_(None),
        )
    )


@dataclass(frozen=True)
class Contact:
    """A person's present place in an organisation."""

    place: Membership
    person: Person
    has_account: bool


def contacts_of(session: Session, organisation_id: int) -> list[Contact]:
    """Who is there now, the default contact first; a constant number of queries."""
    places = session.scalars(present_places(organisation_id)).all()
    known = with_account(session, {place.person_id for place in places})
    return [Contact(place, place.person, place.person_id in known) for place in places]


def accounts_at(session: Session, organisation_id: int) -> list[Person]:
    """Who is there now and has an account."""
    return [one.person for one in contacts_of(session, organisation_id) if one.has_account]


def colleagues(session: Session, person_id: int) -> Sequence[Person]:
    """Others of the person's organisations who have an address, in French order."""
    return session.scalars(
        select(Person)
        .where(
            Person.id != person_id,
            Person.email.is_not(None),
            Person.anonymised_at.is_(None),
            _share_an_organisation(person_id),
        )
        .order_by(Person.search_key, Person.id)
    ).all()


def colleague_named(session: Session, person_id: int, name: str) -> int | None:
    """The one colleague of this name, accents and capitals aside; None for none or several."""
    found = session.scalars(
        select(Person.id).where(
            Person.search_key == fold(name)[:SEARCH_KEY_LENGTH],
            Person.id != person_id,
            Person.anonymised_at.is_(None),
            _share_an_organisation(person_id),
        )
    ).all()
    return found[0] if len(found) == 1 else None


def coming_absences(session: Session, person_id: int, today: date) -> Sequence[Absence]:
    """Those that are not over, the nearest first."""
    return session.scalars(
        select(Absence)
        .where(Absence.person_id == person_id, Absence.ends_on >= today)
        .options(joinedload(Absence.substitute))
        .order_by(Absence.starts_on)
    ).all()


def _share_an_organisation(person_id: int) -> ColumnElement[bool]:
    """The condition under which a Person row belongs where this person belongs."""
    own = aliased(Membership)
    theirs = select(own.organisation_id).where(own.person_id == person_id, own.ended_on.is_(None))
    return exists().where(
        Membership.person_id == Person.id,
        Membership.ended_on.is_(None),
        Membership.organisation_id.in_(theirs),
    )


def is_still_of(person_id: Any, organisation_id: Any) -> ColumnElement[bool]:
    """Whether the person of a row still has a place in its organisation."""
    return exists().where(
        Membership.person_id == person_id,
        Membership.organisation_id == organisation_id,
        Membership.ended_on.is_(None),
    )
