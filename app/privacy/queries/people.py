"""People of a territory, as its pilot names them in a form."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import (
    Departure,
    Membership,
    Person,
    Territory,
    TerritoryRole,
    organisation_territory,
)
from app.privacy.models import Erasure


def belongs_to(territory_id: int) -> ColumnElement[bool]:
    """Whether a person has a place or a role in this territory now."""
    linked = organisation_territory.c
    place = exists().where(
        Membership.person_id == Person.id,
        Membership.ended_on.is_(None),
        Membership.organisation_id == linked.organisation_id,
        linked.territory_id == territory_id,
    )
    role = exists().where(
        TerritoryRole.person_id == Person.id,
        TerritoryRole.ended_on.is_(None),
        TerritoryRole.territory_id == territory_id,
    )
    return or_(place, role)


def person_of(session: Session, territory_id: int, public_id: str) -> Person | None:
    """The person of this public id, if they are there and belong to the territory."""
    if not public_id.isalnum():
        return None
    query = select(Person).where(
        Person.public_id == public_id, Person.anonymised_at.is_(None), belongs_to(territory_id)
    )
    return session.scalar(query)


def request_of(session: Session, territory_id: int, public_id: str) -> Erasure | None:
    """A request to erase somebody of this territory."""
    if not public_id.isalnum():
        return None
    query = (
        select(Erasure)
        .join(Person, Person.id == Erasure.person_id)
        .where(Erasure.public_id == public_id, belongs_to(territory_id))
    )
    return session.scalar(query)


def belonged_to(session: Session, person: Person) -> frozenset[int]:
    """Ids of the territories in which they have or had a place or a role; an operator is in all."""
    if person.is_operator:
        return frozenset(session.scalars(select(Territory.id)))
    linked = organisation_territory.c
    own = select(Membership.organisation_id).where(Membership.person_id == person.id)
    ways = (
        select(linked.territory_id).where(linked.organisation_id.in_(own)),
        select(Departure.territory_id).where(Departure.organisation_id.in_(own)),
        select(TerritoryRole.territory_id).where(TerritoryRole.person_id == person.id),
    )
    return frozenset(found for way in ways for found in session.scalars(way))


def neighbours(territory_ids: Collection[int]) -> Select[int]:
    """Ids of who has or had a place or a role in one of these territories, and of operators."""
    linked = organisation_territory.c
    members = (
        select(Membership.person_id)
        .join_from(
            Membership,
            organisation_territory,
            linked.organisation_id == Membership.organisation_id,
        )
        .where(linked.territory_id.in_(territory_ids))
    )
    holders = select(TerritoryRole.person_id).where(TerritoryRole.territory_id.in_(territory_ids))
    return select(Person.id).where(
        or_(Person.is_operator, Person.id.in_(members), Person.id.in_(holders))
    )
