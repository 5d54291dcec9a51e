"""Activity zones as their page lists them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone, Organisation, organisation_territory


class ZoneLine(NamedTuple):
    public_id: str
    name: str
    dominant_use: str | None
    organisations: int


def zone_lines(session: Session, territory_id: int) -> list[ZoneLine]:
    """In alphabetical order, each with how many organisations of the territory stand in it."""
    here = (
        select(Organisation.id, Organisation.zone_id)
        .join(organisation_territory)
        .where(organisation_territory.c.territory_id == territory_id)
        .subquery()
    )
    query = (
        select(
            ActivityZone.public_id,
            ActivityZone.name,
            ActivityZone.dominant_use,
            func.count(here.c.id),
        )
        .outerjoin(here, here.c.zone_id == ActivityZone.id)
        .where(ActivityZone.territory_id == territory_id)
        .group_by(ActivityZone.id)
        .order_by(ActivityZone.name)
    )
    return [ZoneLine._make(row) for row in session.execute(query)]
