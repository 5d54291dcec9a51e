"""The periods that values stand for: a year, a quarter, any two days. Pure."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import NamedTuple

from app.core.french import plain_date

_MONTHS_OF_A_QUARTER = 3
QUARTERS = (1, 2, 3, 4)


class Span(NamedTuple):
    """From a day to a day, both included."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def year(self) -> int | None:
        """The calendar year that it lies in; None where it straddles two: it counts for neither."""
        return self.starts_on.year if self.starts_on.year == self.ends_on.year else None

    @property
    def is_year(self) -> bool:
        return self.year is not None and self == whole_year(self.starts_on.year)

    def meets(self, other: Span) -> bool:
        """Whether they share a day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    @property
    def words(self) -> str:
        """« 2027 », « 2e trimestre 2027 », « du 3 mars 2027 au 12 avril 2027 »"""
        if self.is_year:
            return str(self.starts_on.year)
        for number in QUARTERS:
            if self == quarter(self.starts_on.year, number):
                return f"{number}{'er' if number == 1 else 'e'} trimestre {self.starts_on.year}"
        if self.starts_on == self.ends_on:
            return plain_date(self.starts_on)
        return f"du {plain_date(self.starts_on)} au {plain_date(self.ends_on)}"


def whole_year(year: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31))


def quarter(year: int, number: int) -> Span:
    last = number * _MONTHS_OF_A_QUARTER
    return Span(
        date(year, last - _MONTHS_OF_A_QUARTER + 1, 1),
        date(year, last, calendar.monthrange(year, last)[1]),
    )


def usual_year(today: date) -> int:
    """Whose figure people bring: until the end of March, that of the year before."""
    return (today - timedelta(days=90)).year
