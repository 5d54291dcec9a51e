"""Every year of territories in their frameworks: three statements, however many there are."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import FrameworkVersion
from app.frameworks.queries import is_of_kind
from app.maturity.models import Assessment
from app.maturity.queries.years import confirmed_in, trees_of
from app.maturity.trends import Known, YearPoint, point


def year_points(
    session: Session,
    territory_ids: Collection[int],
    *,
    framework_key: str | None = None,
    until: int | None = None,
) -> list[YearPoint]:
    """A point for each assessment; with `until`, of each territory and framework the latest alone,
    up to that year."""
    rows = [
        one
        for one in session.scalars(
            select(Assessment)
            .join(Assessment.version)
            .join(FrameworkVersion.framework)
            .options(contains_eager(Assessment.version).contains_eager(FrameworkVersion.framework))
            .where(Assessment.territory_id.in_(territory_ids), is_of_kind(FrameworkKind.MATURITY))
            .order_by(Assessment.year, FrameworkVersion.number)
        )
        if framework_key in (None, one.version.framework.key)
    ]
    if until is not None:
        latest = {
            (one.territory_id, one.version.framework_id): one for one in rows if one.year <= until
        }
        rows = list(latest.values())
    if not rows:
        return []
    trees = trees_of(session, {one.version_id for one in rows})
    confirmed = confirmed_in(session, [one.id for one in rows])
    return [
        point(
            Known(
                territory_id=one.territory_id,
                framework=one.version.framework.public_id,
                framework_key=one.version.framework.key,
                version=one.version.number,
                year=one.year,
                is_frozen=one.frozen_at is not None,
            ),
            trees[one.version_id],
            confirmed.get(one.id, {}),
        )
        for one in rows
    ]
