"""A month as weeks of days. Pure."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_ASKED = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_MONDAY_FIRST = calendar.Calendar(calendar.MONDAY)


@dataclass(frozen=True)
class Month:
    """`first` is its first day."""

    first: date

    @property
    def last(self) -> date:
        return self.following.first - timedelta(days=1)

    @property
    def following(self) -> Month:
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def previous(self) -> Month:
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def weeks(self) -> list[list[date]]:
        """From Monday to Sunday; the first and the last also hold days of the months beside."""
        return _MONDAY_FIRST.monthdatescalendar(self.first.year, self.first.month)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        """As addresses write it: 2027-04."""
        return f"{self.first:%Y-%m}"


def read_month(said: str, today: date) -> Month:
    """The month that an address asks for, else today's."""
    if not _ASKED.fullmatch(said):
        return Month(today.replace(day=1))
    return Month(date(int(said[:4]), int(said[5:]), 1))
