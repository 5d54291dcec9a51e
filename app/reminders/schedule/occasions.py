"""Which occasions a step has by a day, and on which worked day each is due. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from app.core.calendar import is_working_day, next_working_day, previous_working_day
from app.core.clock import local_day, local_instant
from app.reminders.kinds import OccasionCode, RelanceState
from app.reminders.schedule.facts import Ledger, StepFacts
from app.reminders.schedule.policy import MOST_WEEKS, Rule, week_of, weekly_rule

# from here on until the next send hour nobody is written to
LAST_HOUR = 20
_WEEK = timedelta(days=7)


def rules_on(step: StepFacts, ledger: Ledger, day: date) -> tuple[Rule, ...]:
    """What may be said of a step by a day, earliest first: its rules, then a line of every week
    since the relance after its date was mailed."""
    rules = step.rules
    if not (step.policy.weekly and rules and rules[-1].code is OccasionCode.AFTER):
        return rules
    last = ledger.entries.get(step.occasion(rules[-1]))
    if last is None or last.state is not RelanceState.TOLD or last.on is None:
        return rules
    first = week_of(last.on) + _WEEK
    weeks = min((week_of(day) - first).days // 7 + 1, MOST_WEEKS)
    return rules + tuple(weekly_rule(step.due_on, first + week * _WEEK) for week in range(weeks))


def nominal_day(step: StepFacts, rule: Rule) -> date:
    """The worked day on which a rule speaks of a step (domain.md §5)."""
    day = _nominal_day(step.due_on, rule, step.territory.holiday_zone)
    onwards = timedelta(days=-1 if rule.announces else 1)
    while step.closed and not step.is_worked(day):
        day += onwards
    return day


@lru_cache(maxsize=65_536)
def _nominal_day(due_on: date, rule: Rule, zone: str) -> date:
    day = due_on + timedelta(days=rule.days)
    return previous_working_day(day, zone) if rule.announces else next_working_day(day, zone)


def next_hour(
    now: datetime, *, time_zone: str, holiday_zone: str, send_hour: int
) -> datetime | None:
    """When a mail that has waited may leave; None when it may now: on a working day, by day."""
    day = local_day(now, time_zone)
    opens = local_instant(day, send_hour, time_zone)
    closes = max(LAST_HOUR, send_hour + 1)
    if now < opens:
        first = day
    elif now < local_instant(day, closes, time_zone) and is_working_day(day, holiday_zone):
        return None
    else:
        first = day + timedelta(days=1)
    return local_instant(next_working_day(first, holiday_zone), send_hour, time_zone)
