"""What the projects of the demonstration measure, and their money."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app.demo.chronicle import public_id
from app.demo.figure_tales import BudgetTale, IndicatorTale, Value
from app.demo.ground import Ground
from app.demo.projects import ProjectTale
from app.plans.models import Indicator, Measurement
from app.plans.periods import whole_year
from app.plans.services.funding import add_funding
from app.plans.services.measuring import add_indicator, aim


def measure(
    ground: Ground, project: ProjectTale, tale: IndicatorTale, value: Value, at: datetime
) -> None:
    """Note a value of one year; with the first one, the indicator and what it is to reach."""
    session, own = ground.session, ground.projects[project.key]
    name = public_id(f"indicator {project.key} {tale.label}")
    indicator = session.scalar(select(Indicator).where(Indicator.public_id == name))
    if indicator is None:
        indicator = add_indicator(session, own, name=tale.label, unit=tale.unit, axis=tale.axis)
        indicator.public_id = name
        if tale.target:
            target = aim(session, indicator, tale.target, now=at)
            target.public_id = public_id(f"target {project.key} {tale.label}")
    starts_on, ends_on = whole_year(value.year)
    session.add(
        Measurement(
            public_id=public_id(f"measurement {project.key} {tale.label} {value.year}"),
            indicator_id=indicator.id,
            project_id=own.id,
            territory_id=own.territory_id,
            starts_on=starts_on,
            ends_on=ends_on,
            value=value.value,
            method=value.method,
            how=value.how,
            opened_at=at,
        )
    )


def fund(ground: Ground, project: ProjectTale, tale: BudgetTale, _at: datetime) -> None:
    own = ground.projects[project.key]
    own.budget_cents = tale.total_cents
    for text, key in zip(tale.lines, tale.organisations, strict=True):
        known = ground.organisations[key].id if key else None
        line = add_funding(ground.session, own, replace(text, organisation_id=known))
        line.public_id = public_id(f"funding {project.key} {text.funder}")
