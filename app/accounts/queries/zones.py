"""Activity zones as their page lists them."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import ActivityZone, Organisation, organisation_territory
from app.accounts.portrait import size_class


class ZoneLine(NamedTuple):
    id: int
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
            ActivityZone.id,
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


def known_companies(session: Session, zone: ActivityZone) -> Counter[str | None]:
    """{class of size: how many companies of the directory stand in the zone}; one statement.

    None counts those whose size is not known. What was declared of the zone is not in it.
    """
    query = (
        select(Organisation.size, func.count())
        .join(organisation_territory)
        .where(
            Organisation.zone_id == zone.id,
            Organisation.kind == OrganisationKind.COMPANY,
            organisation_territory.c.territory_id == zone.territory_id,
        )
        .group_by(Organisation.size)
    )
    counted: Counter[str | None] = Counter()
    for size, number in session.execute(query):
        counted[size_class(size)] += number
    return counted
