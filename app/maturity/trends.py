"""A territory's years in one framework, as points of a curve. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from app.frameworks.format import NodeDraft
from app.frameworks.scoring import prepare
from app.maturity.reading import Ground, rungs_and_totals, share
from app.maturity.standings import Confirmed


@dataclass(frozen=True)
class Part:
    """A level: done ÷ potential, None without potential."""

    ref: str
    title: str
    share: Fraction | None


@dataclass(frozen=True)
class YearPoint:
    """One territory, one framework, one year: what people confirmed. `level` is None where the
    framework declares none; `highest` is how many there are."""

    territory_id: int
    framework: str
    framework_key: str
    title: str
    version: int
    year: int
    is_frozen: bool
    level: int | None
    highest: int
    score: Fraction | None
    planned: Fraction | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Trend:
    """The years of one framework, the earliest first."""

    framework: str
    framework_key: str
    title: str
    points: tuple[YearPoint, ...]

    @property
    def has_levels(self) -> bool:
        return any(point.level is not None for point in self.points)

    @property
    def highest(self) -> int:
        return max((point.highest for point in self.points), default=0)

    @property
    def changed_text(self) -> bool:
        """Whether the years were read by different versions of the text."""
        return len({point.version for point in self.points}) > 1


@dataclass(frozen=True)
class Known:
    """What a year's point is made of."""

    territory_id: int
    framework: str
    framework_key: str
    version: int
    year: int
    is_frozen: bool


def point(known: Known, roots: Sequence[NodeDraft], confirmed: dict[str, Confirmed]) -> YearPoint:
    rungs, level, totals = rungs_and_totals(
        Ground(
            roots=tuple(roots),
            sheet=prepare(roots),
            confirmed=confirmed,
            proofs=(),
            counts={},
            is_frozen=True,
            year=known.year,
        )
    )
    return YearPoint(
        territory_id=known.territory_id,
        framework=known.framework,
        framework_key=known.framework_key,
        title=roots[0].title,
        version=known.version,
        year=known.year,
        is_frozen=known.is_frozen,
        level=level,
        highest=sum(rung.number > 0 for rung in rungs),
        score=share(totals, "done"),
        planned=share(totals, "planned"),
        parts=tuple(Part(rung.ref, rung.title, rung.share) for rung in rungs),
    )


def trends(points: Iterable[YearPoint]) -> tuple[Trend, ...]:
    """One for each framework, levels first. Of two texts in one year the newer counts."""
    ordered = sorted(points, key=lambda one: (one.framework_key, one.year, one.version))
    found = []
    for key, group in groupby(ordered, key=lambda one: one.framework_key):
        years = list({one.year: one for one in group}.values())
        found.append(Trend(years[-1].framework, key, years[-1].title, tuple(years)))
    return tuple(sorted(found, key=lambda one: (not one.has_levels, one.framework_key)))
