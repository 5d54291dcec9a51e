"""What is held about somebody, before they decide."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Territory, TerritoryRole
from app.accounts.queries.team import other_pilots
from app.privacy.rooms import SECTIONS


class Count(NamedTuple):
    """How many records of one part there are."""

    title: str
    records: int


def counts_of(session: Session, person_id: int) -> list[Count]:
    """The parts of which there is something, in the order of the export."""
    counted = (
        Count(section.title, sum(1 for _ in section.read(session, person_id)))
        for section in SECTIONS
    )
    return [one for one in counted if one.records]


def names_of(session: Session, territory_ids: frozenset[int]) -> list[str]:
    query = select(Territory.name).where(Territory.id.in_(territory_ids)).order_by(Territory.name)
    return list(session.scalars(query))


def piloted_alone(session: Session, person_id: int) -> frozenset[int]:
    """Ids of the territories of which nobody else is a pilot who can come in."""
    piloted = session.scalars(
        select(TerritoryRole.territory_id).where(
            TerritoryRole.person_id == person_id,
            TerritoryRole.role == TerritoryRoleKind.PILOT,
            TerritoryRole.ended_on.is_(None),
        )
    ).all()
    return frozenset(one for one in piloted if not other_pilots(session, one, person_id))
