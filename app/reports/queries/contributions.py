"""What each working synergy adds to a year's results: the one set that every page sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.plans.models import Indicator, Measurement
from app.plans.periods import Span
from app.plans.progress import Figure, year_sums
from app.reports.disclosure import Contribution
from app.reports.queries.past import ProjectThen
from app.reports.records import OfProject


def contributions(
    session: Session, territory_id: int, projects: Mapping[int, Sequence[ProjectThen]]
) -> dict[int, list[OfProject]]:
    """Figures of the synergies that work: before that, a figure is a hope or a starting point.

    `projects` by year. A year's sums are made of the synergies that worked at its end, whichever
    page shows them: the same year told of two sets of projects would betray the difference.
    """
    firms = {
        (year, p.id): p.engaged_companies
        for year, them in projects.items()
        for p in them
        if p.is_working_synergy
    }
    years: dict[int, list[OfProject]] = {year: [] for year in projects}
    for (project_id, label, unit), figures in _figures(session, territory_id, years).items():
        for one in year_sums(figures, unit):
            if one.year in years and (one.year, project_id) in firms:
                behind = firms[one.year, project_id]
                added = Contribution(label, unit, one.method, one.value, behind)
                years[one.year].append(OfProject(project_id, added))
    return years


def _figures(
    session: Session, territory_id: int, years: Collection[int]
) -> Mapping[tuple[int, str, str], list[Figure]]:
    """The values of these years by project, label and unit: of an indicator, that is."""
    found: dict[tuple[int, str, str], list[Figure]] = defaultdict(list)
    for project_id, label, unit, *span, value, method in session.execute(
        select(
            Indicator.project_id,
            Indicator.label,
            Indicator.unit,
            Measurement.starts_on,
            Measurement.ends_on,
            Measurement.value,
            Measurement.method,
        )
        .join(Indicator, Indicator.id == Measurement.indicator_id)
        .where(
            Measurement.territory_id == territory_id,
            Measurement.removed_at.is_(None),
            Indicator.removed_at.is_(None),
            Measurement.starts_on >= date(min(years), 1, 1),
            Measurement.ends_on <= date(max(years), 12, 31),
        )
    ):
        found[project_id, label, unit.strip()].append(Figure(Span(*span), value, method))
    return found
