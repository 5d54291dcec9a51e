"""Whom one can invite: organisations of a territory and their people, and who is of what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Membership, Organisation, Person, organisation_territory
from app.initiatives.models import GroupMember, Meeting
from app.plans.kinds import PartnerState
from app.plans.models import Partner


@dataclass(frozen=True)
class Invitable:
    """An organisation with who can be asked there: (id, name, has an address), first contact first.

    An organisation without anybody can be invited too: somebody calls it.
    """

    id: int
    name: str
    people: list[tuple[int, str, bool]] = field(default_factory=list)


def invitable(session: Session, territory_id: int) -> list[Invitable]:
    """Two statements, whatever the number of organisations; in French order."""
    here = organisation_territory.c
    found = {
        row.id: Invitable(row.id, row.name)
        for row in session.execute(
            select(Organisation.id, Organisation.name)
            .join(organisation_territory, here.organisation_id == Organisation.id)
            .where(here.territory_id == territory_id)
            .order_by(Organisation.search_key, Organisation.id)
        )
    }
    places = session.execute(
        select(Membership.organisation_id, Person.id, Person.name, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .join(organisation_territory, here.organisation_id == Membership.organisation_id)
        .where(
            here.territory_id == territory_id,
            Membership.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(Membership.is_default.desc(), Person.search_key, Person.id)
    )
    for organisation_id, person_id, name, email in places:
        found[organisation_id].people.append((person_id, name, email is not None))
    return list(found.values())


Place = tuple[int, int | None]


def likely(session: Session, meeting: Meeting) -> set[Place]:
    """(organisation, person) of the group and of the projects that the meeting is about."""
    wanted: set[Place] = set()
    if meeting.group_id is not None:
        members = select(GroupMember.organisation_id, GroupMember.person_id)
        rows = session.execute(members.where(GroupMember.group_id == meeting.group_id))
        wanted |= {(row[0], row[1]) for row in rows}
    if meeting.projects:
        partners = session.scalars(
            select(Partner.organisation_id).where(
                Partner.project_id.in_([project.id for project in meeting.projects]),
                Partner.state != PartnerState.RETIRED,
            )
        )
        known = {organisation for organisation, _person in wanted}
        wanted |= {(one, None) for one in partners if one not in known}
    return wanted


def contacts(session: Session, organisation_ids: Collection[int]) -> dict[int, Person]:
    """The first contact of each, whether they have an address or not: who is called."""
    rows = session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(organisation_ids),
            Membership.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .options(joinedload(Membership.person))
        .order_by(Membership.is_default.desc(), Membership.id)
    )
    found: dict[int, Person] = {}
    for place in rows:
        found.setdefault(place.organisation_id, place.person)
    return found
