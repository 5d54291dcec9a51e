"""What the projects of the demonstration measure and cost, with its dates. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.demo.days import Days
from app.plans.kinds import ElipseAxis, FundingState, MeasureMethod
from app.plans.services.funding import FundingText
from app.plans.services.measuring import TargetText

_SHORTEST_YEAR = 45  # days of a year before a figure of it means something
_WHOLE_YEAR = 365
_RECORDED_IN_JANUARY = 25


@dataclass(frozen=True)
class Value:
    year: int
    value: Decimal
    method: MeasureMethod
    recorded_on: date
    how: str | None


@dataclass(frozen=True)
class IndicatorTale:
    """`target` and `axis` are told with the first value."""

    label: str
    unit: str
    person: str
    values: tuple[Value, ...]
    axis: ElipseAxis | None
    target: TargetText | None


@dataclass(frozen=True)
class BudgetTale:
    """What a project is to cost and who pays; `organisations` of funders known by their key."""

    on: date
    person: str
    total_cents: int
    lines: tuple[FundingText, ...]
    organisations: tuple[str | None, ...]


def read_indicator(raw: dict[str, Any], opened: date, days: Days) -> IndicatorTale:
    values = (
        _value(days.today.year + int(distance), Decimal(rate), MeasureMethod(method), days, *how)
        for distance, (rate, method, *how) in raw["values"].items()
    )
    return IndicatorTale(
        label=raw["label"],
        unit=raw["unit"],
        person=raw["who"],
        values=tuple(value for value in values if value and value.recorded_on > opened),
        axis=ElipseAxis(raw["axis"]) if "axis" in raw else None,
        target=_target(raw["target"], days.today.year) if "target" in raw else None,
    )


def _target(raw: dict[str, Any], year: int) -> TargetText:
    return TargetText(
        year + int(raw["in"]),
        Decimal(raw["value"]),
        year + int(raw["since"]),
        Decimal(raw["from"]),
    )


def read_budget(raw: dict[str, Any], days: Days) -> BudgetTale:
    return BudgetTale(
        on=days.at(raw["at"]),
        person=raw["who"],
        total_cents=raw["total"] * 100,
        lines=tuple(
            FundingText(
                one["funder"],
                None,
                one["amount"] * 100 if "amount" in one else None,
                one["spent"] * 100 if "spent" in one else None,
                FundingState(one["state"]),
            )
            for one in raw["lines"]
        ),
        organisations=tuple(one.get("at") for one in raw["lines"]),
    )


def _value(
    year: int, rate: Decimal, method: MeasureMethod, days: Days, how: str | None = None
) -> Value | None:
    """A year's figure, noted in the January that follows; for this year, what has come so far."""
    elapsed = (days.today - date(year, 1, 1)).days
    if elapsed < _SHORTEST_YEAR:
        return None
    if elapsed >= _WHOLE_YEAR + _RECORDED_IN_JANUARY:
        return Value(year, rate, method, Days(date(year + 1, 1, _RECORDED_IN_JANUARY)).at(-1), how)
    share = Decimal(min(elapsed, _WHOLE_YEAR)) / _WHOLE_YEAR
    value = (rate * share).quantize(Decimal("0.1") if rate < _WHOLE_YEAR else Decimal(1))
    return Value(year, value, method, days.at(-8), how)
