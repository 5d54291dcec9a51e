"""How soon people answer, counted: per kind of message and per week. Pure.

A message counts once for each step that it speaks of, and for a span only once that span is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.reminders.kinds import OccasionCode
from app.reminders.schedule.policy import week_of

SOON, WITHIN_A_WEEK = 3, 7
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Spoken:
    """A message about one step that arrived, and the first day on which something came of it.

    `answered_on`: from the mail. `moved_on`: the step was begun, done, blocked or given another
    date.
    """

    code: OccasionCode
    mailed_on: date
    answered_on: date | None = None
    moved_on: date | None = None

    @property
    def came_on(self) -> date | None:
        """The day of whatever came first; what happened before the message is no answer to it."""
        days = (self.answered_on, self.moved_on)
        return min((day for day in days if day and day >= self.mailed_on), default=None)

    def came_within(self, days: int) -> bool:
        return self.came_on is not None and (self.came_on - self.mailed_on).days <= days


@dataclass(frozen=True)
class Share:
    """Of so many messages whose span is over, so many were answered within it."""

    of: int = 0
    came: int = 0

    @property
    def percent(self) -> int | None:
        return round(100 * self.came / self.of) if self.of else None


@dataclass(frozen=True)
class Answered:
    """Messages that left, and how many were answered in three days and in seven."""

    sent: int
    from_mail: int
    soon: Share
    in_a_week: Share


def tally(messages: Iterable[Spoken], today: date) -> Answered:
    """The figures of some messages as they stand today."""
    spoken = list(messages)
    return Answered(
        sent=len(spoken),
        from_mail=sum(one.answered_on is not None for one in spoken),
        soon=_share(spoken, SOON, today),
        in_a_week=_share(spoken, WITHIN_A_WEEK, today),
    )


def _share(spoken: list[Spoken], days: int, today: date) -> Share:
    over = [one for one in spoken if (today - one.mailed_on).days >= days]
    return Share(len(over), sum(one.came_within(days) for one in over))


def by_kind(messages: Iterable[Spoken], today: date) -> dict[OccasionCode, Answered]:
    """In the order in which a date meets them."""
    found = _grouped(messages, lambda one: one.code, today)
    return {code: found[code] for code in OccasionCode if code in found}


def by_week(messages: Iterable[Spoken], today: date) -> dict[date, Answered]:
    """By the Monday of the week in which they left, the latest week first."""
    found = _grouped(messages, lambda one: week_of(one.mailed_on), today)
    return dict(sorted(found.items(), reverse=True))


def _grouped(
    messages: Iterable[Spoken], key: Callable[[Spoken], Key], today: date
) -> dict[Key, Answered]:
    groups: dict[Key, list[Spoken]] = defaultdict(list)
    for one in messages:
        groups[key(one)].append(one)
    return {name: tally(group, today) for name, group in groups.items()}
