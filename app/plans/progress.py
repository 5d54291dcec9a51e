"""How far an indicator is from its target. Pure.

What was declared, estimated and measured is never added together: each method has its own sum.
A value counts for the year that its period lies in; one that straddles two years for neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple, Protocol

from app.core.folding import fold
from app.plans.kinds import MeasureMethod
from app.plans.periods import Span, whole_year

# units of how things stand, not of what has come: the last value of a year is the year's
_STANDING = ("emploi", "etp", "poste", "part ", "taux", "pourcent")
# what is told first
STRONGEST_FIRST = (MeasureMethod.MEASURED, MeasureMethod.DECLARED, MeasureMethod.ESTIMATED)


class Figure(NamedTuple):
    """One value of one indicator."""

    period: Span
    value: Decimal
    method: MeasureMethod


class YearSum(NamedTuple):
    """What the values of one method come to in a year; `is_whole`: they cover every day of it."""

    year: int
    method: MeasureMethod
    value: Decimal
    is_whole: bool


class Aim(Protocol):
    """A target, as far as progress reads it."""

    @property
    def year(self) -> int: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def baseline_value(self) -> Decimal | None: ...


def adds_up(unit: str) -> bool:
    """Tonnes of two quarters are tonnes of the half-year; jobs of two quarters are not."""
    return not ("%" in unit or f"{fold(unit)} ".startswith(_STANDING))


def year_sums(figures: Iterable[Figure], unit: str) -> list[YearSum]:
    """One sum per year and method, the newest year first, in it the strongest method."""
    groups: dict[tuple[int, MeasureMethod], list[Figure]] = {}
    for figure in figures:
        if figure.period.year is not None:
            groups.setdefault((figure.period.year, figure.method), []).append(figure)
    sums = [_sum(year, method, group, unit) for (year, method), group in groups.items()]
    return sorted(sums, key=lambda one: (-one.year, STRONGEST_FIRST.index(one.method)))


def _sum(year: int, method: MeasureMethod, group: list[Figure], unit: str) -> YearSum:
    if not adds_up(unit):
        return YearSum(year, method, max(group, key=lambda one: one.period).value, is_whole=True)
    covered = sum(one.period.days for one in group)
    total = sum((one.value for one in group), Decimal(0))
    return YearSum(year, method, total, is_whole=covered >= whole_year(year).days)


def lowers(target: Aim) -> bool:
    """Whether what is aimed at is less than what it started from."""
    before, wanted = target.baseline_value, target.value
    return before is not None and wanted is not None and before > wanted


def towards(sums: Iterable[YearSum], target: Aim) -> list[YearSum]:
    """What has come in the target's year; before there is anything, in the last year that has."""
    known = [one for one in sums if one.year <= target.year]
    latest = max((one.year for one in known), default=None)
    return [one for one in known if one.year == latest]
