"""Who animates, facilitates and observes a territory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import (
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
)
from app.accounts.queries.people import with_account

FORMER_SHOWN = 20


@dataclass(frozen=True)
class TeamMember:
    """`function` is the word on the role, else what they do in their organisation."""

    role: TerritoryRole
    person: Person
    function: str | None
    organisation: str | None
    has_account: bool


def team_of(session: Session, territory: Territory) -> list[TeamMember]:
    """Who has a role there now, who animates first; a constant number of queries."""
    roles = session.scalars(
        _roles_in(territory.id)
        .where(TerritoryRole.ended_on.is_(None))
        .order_by(Person.search_key, Person.id)
        .options(
            selectinload(TerritoryRole.person)
            .selectinload(Person.memberships)
            .joinedload(Membership.organisation)
            .selectinload(Organisation.territories)
        )
    ).all()
    known = with_account(session, {role.person_id for role in roles})
    order = list(TerritoryRoleKind)
    return [
        _member(role, territory, has_account=role.person_id in known)
        for role in sorted(roles, key=lambda role: order.index(role.role))
    ]


def _member(role: TerritoryRole, territory: Territory, *, has_account: bool) -> TeamMember:
    place = next(_places(role.person, territory), None)
    return TeamMember(
        role,
        role.person,
        role.function or (place.function if place else None),
        place.organisation.name if place else None,
        has_account,
    )


def _places(person: Person, territory: Territory) -> Iterator[Membership]:
    """Where they work now, as far as it belongs to the territory."""
    for place in sorted(person.memberships, key=lambda place: place.id):
        if place.ended_on is None and territory in place.organisation.territories:
            yield place


def former_team(session: Session, territory_id: int) -> Sequence[TerritoryRole]:
    """Roles that ended, the latest first."""
    return session.scalars(
        _roles_in(territory_id)
        .where(TerritoryRole.ended_on.is_not(None))
        .order_by(TerritoryRole.ended_on.desc(), TerritoryRole.id.desc())
        .options(joinedload(TerritoryRole.person))
        .limit(FORMER_SHOWN)
    ).all()


def _roles_in(territory_id: int) -> Select[TerritoryRole]:
    return (
        select(TerritoryRole)
        .join(TerritoryRole.person)
        .where(TerritoryRole.territory_id == territory_id, Person.anonymised_at.is_(None))
    )


def present_role(session: Session, person_id: int, territory_id: int) -> TerritoryRole | None:
    """The one role that a person has in a territory now."""
    return session.scalar(
        select(TerritoryRole).where(
            TerritoryRole.person_id == person_id,
            TerritoryRole.territory_id == territory_id,
            TerritoryRole.ended_on.is_(None),
        )
    )


def other_pilots(session: Session, territory_id: int, but: int) -> set[int]:
    """Who else pilots the territory and can come in: people with an account."""
    pilots = set(
        session.scalars(
            _roles_in(territory_id)
            .where(
                TerritoryRole.ended_on.is_(None),
                TerritoryRole.role == TerritoryRoleKind.PILOT,
                TerritoryRole.person_id != but,
            )
            .with_only_columns(TerritoryRole.person_id)
        )
    )
    return with_account(session, pilots) if pilots else set()


def piloted_alone(session: Session, person_id: int) -> list[Territory]:
    """Territories that would be left without anybody who pilots them and can come in."""
    piloted = session.scalars(
        select(Territory)
        .join(TerritoryRole, TerritoryRole.territory_id == Territory.id)
        .where(
            TerritoryRole.person_id == person_id,
            TerritoryRole.role == TerritoryRoleKind.PILOT,
            TerritoryRole.ended_on.is_(None),
        )
        .order_by(Territory.name)
    ).all()
    return [one for one in piloted if not other_pilots(session, one.id, person_id)]


def roles_left(session: Session, person_id: int, since: date) -> Sequence[TerritoryRole]:
    """Roles that a person gave up by herself since a day, and holds none instead."""
    again = select(TerritoryRole.territory_id).where(
        TerritoryRole.person_id == person_id, TerritoryRole.ended_on.is_(None)
    )
    return session.scalars(
        select(TerritoryRole)
        .where(
            TerritoryRole.person_id == person_id,
            TerritoryRole.own_leave,
            TerritoryRole.ended_on >= since,
            TerritoryRole.territory_id.not_in(again),
        )
        .options(joinedload(TerritoryRole.territory), joinedload(TerritoryRole.person))
        .order_by(TerritoryRole.id.desc())
    ).all()
