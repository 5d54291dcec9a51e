"""People of a territory, as its pilot names them in a form."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Person, TerritoryRole, organisation_territory
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
