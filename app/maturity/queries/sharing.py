"""Territories side by side: a constant number of statements whatever their number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.folding import fold
from app.core.viewer import Viewer
from app.maturity.models import SharedReading
from app.maturity.queries.trends import year_points
from app.maturity.rules import territories_side_by_side
from app.maturity.trends import YearPoint, trends


@dataclass(frozen=True)
class Agreement:
    """That a territory agreed, since when, and who said so."""

    at: datetime
    by: str | None


@dataclass(frozen=True)
class Beside:
    """A territory in one framework, by the latest year that it assessed."""

    territory: str
    point: YearPoint


@dataclass(frozen=True)
class FrameworkBeside:
    """One framework with the territories that assess it, by name: no ranking."""

    framework_key: str
    title: str
    lines: tuple[Beside, ...]

    @property
    def is_one_text(self) -> bool:
        return len({one.point.version for one in self.lines}) == 1


@dataclass(frozen=True)
class SideBySide:
    """`waiting`: names of territories that agreed and have assessed nothing yet."""

    frameworks: tuple[FrameworkBeside, ...]
    waiting: tuple[str, ...]


def agreement(session: Session, territory_id: int) -> Agreement | None:
    row = session.execute(
        select(SharedReading.agreed_at, Person.name)
        .outerjoin(Person, Person.id == SharedReading.agreed_by_id)
        .where(SharedReading.territory_id == territory_id)
    ).one_or_none()
    return Agreement(row[0], row[1]) if row else None


def side_by_side(session: Session, viewer: Viewer, year: int) -> SideBySide:
    """What was confirmed up to that year in the territories that agreed. Four statements."""
    names = {one.id: one.name for one in session.scalars(territories_side_by_side(viewer))}
    points = year_points(session, names, until=year) if names else []
    ordered = sorted(points, key=lambda one: (fold(names[one.territory_id]), one.territory_id))
    return SideBySide(
        tuple(
            FrameworkBeside(
                trend.framework_key,
                trend.title,
                tuple(
                    Beside(names[one.territory_id], one)
                    for one in ordered
                    if one.framework_key == trend.framework_key
                ),
            )
            for trend in trends(points)
        ),
        tuple(sorted(set(names.values()) - {names[one.territory_id] for one in points}, key=fold)),
    )
