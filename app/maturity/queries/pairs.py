"""Two years of one framework, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.maturity.queries.years import Pick, assessments_of, read_years
from app.maturity.standings import Standing


@dataclass(frozen=True)
class Pair:
    """Two years of one framework; `years` those that there are, the latest first."""

    years: tuple[int, ...]
    then: Standing
    now: Standing


def pair(
    session: Session,
    territory_id: int,
    framework_key: str,
    *,
    year: int | None = None,
    other: int | None = None,
) -> Pair | None:
    """The years asked for, else the latest ones; None where one of them was never assessed.

    Each is read by its own counts: twice the statements of one standing.
    """
    assessments = {one.year: one for one in assessments_of(session, territory_id, framework_key)}
    years = tuple(sorted(assessments, reverse=True))
    now = years[0] if year is None and years else year
    earlier = [one for one in years if now is not None and one < now]
    then = (earlier[0] if earlier else None) if other is None else other
    if now not in assessments or then not in assessments:
        return None
    before, after = (
        read_years(session, territory_id, one.year, [Pick(one.version, one.year, one)])[0][0]
        for one in (assessments[found] for found in sorted((then, now)))
    )
    return Pair(years, before, after)
