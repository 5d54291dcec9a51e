"""When a step is spoken of: a territory's rules for firms and for agents, as plain values. Pure.

Numbers are the territory's data; what a rule is called in the ledger never changes with them, so
that a policy edited in the middle repeats nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from types import MappingProxyType

from app.reminders.kinds import Audience, Manner, OccasionCode

# a line of every week ends some day: after that people telephone
MOST_WEEKS = 12


@dataclass(frozen=True)
class Rule:
    """Speak of a step `days` after its due date (before it when negative).

    What announces leaves on the working day before a day off, what chases on the one after.
    `only_unanswered`: not when an earlier occasion of the same date was answered.
    `any_day`: leaves even when the person had a mail less than `Policy.gap` days ago.
    `week` tells the occasions of every week apart; other rules have one occasion a date.
    """

    code: OccasionCode
    days: int
    only_unanswered: bool = False
    any_day: bool = False
    week: str = ""

    @property
    def announces(self) -> bool:
        return self.days <= 0

    @property
    def key(self) -> str:
        """What the ledger knows the occasion by."""
        return self.week or self.code.value

    @property
    def told_as(self) -> str:
        """« J-7 »: the distance as it is now, whatever the ledger calls it."""
        return f"J{self.days:+d}" if self.days else "J0"


@dataclass(frozen=True)
class Policy:
    """How one audience is spoken to. A distance in days that is None is not used.

    `gap`: days between two mails to a person, over all kinds; `weekly`: once the relance after
    the date was told, a line on the first worked day of each week.
    """

    before_days: int | None = 7
    eve: bool = True
    after_days: int | None = 5
    milestone_days: int | None = 14
    gap: int = 7
    weekly: bool = False

    @cached_property
    def _usual(self) -> tuple[Rule, ...]:
        before, after = self.before_days, self.after_days
        found = [
            Rule(OccasionCode.WEEK_BEFORE, -before, only_unanswered=True)
            if before is not None
            else None,
            Rule(OccasionCode.DAY_BEFORE, -1, only_unanswered=True, any_day=True)
            if self.eve
            else None,
            Rule(OccasionCode.AFTER, after) if after is not None else None,
        ]
        return tuple(rule for rule in found if rule is not None)

    @cached_property
    def _of_milestones(self) -> tuple[Rule, ...]:
        days = self.milestone_days
        if days is None or (self.before_days is not None and days <= self.before_days):
            return self._usual
        return (Rule(OccasionCode.MILESTONE, -days), *self._usual)

    def rules(self, *, milestone: bool = False) -> tuple[Rule, ...]:
        """Earliest first; a milestone is announced once more, further ahead."""
        return self._of_milestones if milestone else self._usual

    @property
    def earliest(self) -> int:
        """How many days before a date it is spoken of first."""
        return max(self.before_days or 1, self.milestone_days or 1)

    def in_manner(self, manner: Manner) -> Policy:
        """What a project or a step asks for instead: a single word before the date."""
        return _once(self) if manner is Manner.ONCE else self


@lru_cache(maxsize=256)
def _once(policy: Policy) -> Policy:
    return replace(
        policy, eve=policy.before_days is None, after_days=None, milestone_days=None, weekly=False
    )


DEFAULT_POLICIES: Mapping[Audience, Policy] = MappingProxyType(
    {Audience.COMPANY: Policy(), Audience.AGENT: Policy(gap=1, weekly=True)}
)


@dataclass(frozen=True)
class Patience:
    """How long a territory's follow-up waits. Days; what is None is not used.

    `silent_days` without news of a project, `blocked_days` of a blocked step, `unanswered_days`
    after the last relance of a date: then a line tells who keeps an eye on it. `fresh_days`: so
    long nothing is said of a step created or moved.
    """

    silent_days: int | None = 42
    blocked_days: int | None = 10
    unanswered_days: int | None = 3
    fresh_days: int | None = 2


USUAL_PATIENCE = Patience()


def weekly_rule(due_on: date, monday: date) -> Rule:
    """The line of one week about a date that has passed; `monday` begins that week."""
    year, week, _ = monday.isocalendar()
    return Rule(OccasionCode.EACH_WEEK, (monday - due_on).days, week=f"{year}-W{week:02d}")


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
