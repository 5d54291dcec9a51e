"""Who follows a project's exchanges, and so can be spoken to in them by name."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Membership, Person, TerritoryRole
from app.plans.kinds import PartnerState
from app.plans.models import Partner
from app.plans.rules import CARRYING

_ANIMATING = (TerritoryRoleKind.PILOT, TerritoryRoleKind.FACILITATOR)


class Reader(NamedTuple):
    """Somebody who reads the exchanges; without an address nobody can tell them by mail."""

    id: int
    name: str
    email: str | None


def readers_of(session: Session, project_id: int, territory_id: int) -> list[Reader]:
    """People of the partners that carry the project, and who animates the territory; one
    statement, in French order."""
    looking_on = select(TerritoryRole.person_id).where(
        TerritoryRole.territory_id == territory_id,
        TerritoryRole.role == TerritoryRoleKind.OBSERVER,
        TerritoryRole.ended_on.is_(None),
    )
    carrying = (
        select(Membership.person_id)
        .join(Partner, Partner.organisation_id == Membership.organisation_id)
        .where(
            Partner.project_id == project_id,
            Partner.state != PartnerState.RETIRED,
            Partner.role.in_(CARRYING),
            Membership.ended_on.is_(None),
            Membership.person_id.not_in(looking_on),
        )
    )
    animating = select(TerritoryRole.person_id).where(
        TerritoryRole.territory_id == territory_id,
        TerritoryRole.role.in_(_ANIMATING),
        TerritoryRole.ended_on.is_(None),
    )
    rows = session.execute(
        select(Person.id, Person.name, Person.email)
        .where(
            Person.id.in_(union(carrying, animating).scalar_subquery()),
            Person.anonymised_at.is_(None),
        )
        .order_by(Person.search_key, Person.id)
    )
    return [Reader(*row) for row in rows]
