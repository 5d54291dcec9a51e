"""Records of a territory that are likely the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.accounts.likeness import (
    Firm,
    Likeness,
    Reason,
    Somebody,
    like_firms,
    like_people,
)
from app.accounts.models import Membership, Organisation, Person, organisation_territory

Entity = TypeVar("Entity", Organisation, Person)
# (one, the other, why)
Pair = tuple[Entity, Entity, tuple[Reason, ...]]


def double_organisations(session: Session, territory_id: int) -> list[Pair[Organisation]]:
    """Pairs of a territory's organisations; four queries whatever their number."""
    firms = _firms(session, territory_id)
    found = like_firms(firms)
    query = select(Organisation).options(selectinload(Organisation.territories))
    entities = session.scalars(query.where(Organisation.id.in_(_ids(found))))
    return _named(found, {one.id: one for one in entities})


def double_people(session: Session, territory_id: int) -> list[Pair[Person]]:
    """Pairs of people who are present in a territory's organisations."""
    rows = session.execute(
        select(Person.id, Person.name, Person.phone)
        .join(Membership, Membership.person_id == Person.id)
        .join(
            organisation_territory,
            organisation_territory.c.organisation_id == Membership.organisation_id,
        )
        .where(
            organisation_territory.c.territory_id == territory_id,
            Membership.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .distinct()
    )
    found = like_people([Somebody(row.id, row.name, row.phone) for row in rows])
    places = selectinload(Person.memberships).selectinload(Membership.organisation)
    query = select(Person).options(places.selectinload(Organisation.territories))
    entities = session.scalars(query.where(Person.id.in_(_ids(found))))
    return _named(found, {one.id: one for one in entities})


def _firms(session: Session, territory_id: int) -> list[Firm]:
    here = organisation_territory.c.territory_id == territory_id
    emails = defaultdict(list)
    for row in session.execute(
        select(Membership.organisation_id, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .join(
            organisation_territory,
            organisation_territory.c.organisation_id == Membership.organisation_id,
        )
        .where(here, Membership.ended_on.is_(None), Person.email.is_not(None))
    ):
        emails[row.organisation_id].append(row.email)
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.siren,
            Organisation.city,
            Organisation.phone,
        )
        .join(organisation_territory)
        .where(here)
    )
    return [Firm(*row, tuple(emails[row.id])) for row in rows]


def _ids(found: Sequence[Likeness]) -> set[int]:
    return {row_id for one in found for row_id in one.ids}


def _named(found: Sequence[Likeness], entities: dict[int, Entity]) -> list[Pair[Entity]]:
    return [(entities[one.ids[0]], entities[one.ids[1]], one.reasons) for one in found]
