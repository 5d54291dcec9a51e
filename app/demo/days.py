"""Days of the story, told as distances from the day of the visit. Pure.

A story that is true on any day: « -45 » is some six weeks ago, on a day when people work.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core.calendar import next_working_day, previous_working_day
from app.core.clock import local_instant

ZONE = "metropole"
TIME_ZONE = "Europe/Paris"
OPENING_HOUR = 7
_WEEK_BEFORE, _DAY_BEFORE, _AFTER = "J-7", "J-1", "J+5"
_FARTHEST = 14


@dataclass(frozen=True)
class Days:
    """The calendar seen from one day of visit."""

    today: date

    @property
    def first_day(self) -> date:
        """The day on which the first relances of the visit leave: a visit on a Sunday is told
        the Friday before, since nothing leaves on a day off."""
        return previous_working_day(self.today, ZONE)

    def at(self, distance: int) -> date:
        """A worked day so many days from the first day: what is past stays past."""
        day = self.first_day + timedelta(days=distance)
        if distance < 0:
            return previous_working_day(day, ZONE)
        return next_working_day(day, ZONE)

    def worked_after(self, day: date, count: int) -> date:
        for _ in range(count):
            day = next_working_day(day + timedelta(days=1), ZONE)
        return day

    def due_for(self, code: str, leaving_in: int) -> date:
        """The due date whose relance `code` leaves so many worked days after the first day.

        Around holidays some days have no such date: the nearest one is taken for what chases,
        the eve of the deadline for what announces, which every worked day has.
        """
        leaves = self.worked_after(self.first_day, leaving_in)
        if code == _AFTER:
            return self._chased_on(leaves)
        announced = 7 if code == _WEEK_BEFORE else 1
        for distance in range(announced, _FARTHEST):
            due = leaves + timedelta(days=distance)
            nominal = due - timedelta(days=announced)
            if _worked(due) and previous_working_day(nominal, ZONE) == leaves:
                return due
        return self.worked_after(leaves, 1)

    def _chased_on(self, leaves: date) -> date:
        for distance in range(5, _FARTHEST):
            due = leaves - timedelta(days=distance)
            if _worked(due):
                return due
        return previous_working_day(leaves - timedelta(days=_FARTHEST), ZONE)


def _worked(day: date) -> bool:
    return next_working_day(day, ZONE) == day


def moment(day: date, hour: int, what: str) -> datetime:
    """An instant within an hour of a day, always the same for the same thing told."""
    minute = zlib.crc32(f"{day}{what}".encode()) % 55
    return local_instant(day, hour, TIME_ZONE) + timedelta(minutes=minute)
