"""Short words of the schedule’s tests: what was told when, and what a run leaves."""

from __future__ import annotations

from datetime import date

from app.reminders.kinds import OccasionCode, RelanceState
from app.reminders.schedule.facts import Entry, Ledger, StepFacts
from app.reminders.schedule.fold import Decision, over
from tests.reminders.worlds import START

FRIDAY = date(2026, 4, 17)
WEEK_BEFORE = date(2026, 4, 10)
DAY_BEFORE = date(2026, 4, 16)
AFTER = date(2026, 4, 22)


def told(decision: Decision) -> list[tuple[str, int, str]]:
    return [
        (mail.recipient.name, one.step.id, one.rule.code)
        for mail in decision.mails
        for one in mail.told
    ]


def calendar(
    *steps: StepFacts, days: int = 120, ledger: Ledger | None = None
) -> dict[date, list[str]]:
    """The codes told on each day of a simulated time from START."""
    decisions = over(steps, ledger or Ledger(), START, days)
    return {day: [code for *_, code in told(made)] for day, made in decisions if made.mails}


def run_until(a_step: StepFacts, last: date) -> Ledger:
    """The ledger that a run of every day from START leaves."""
    days = (last - START).days + 1
    return [made for _, made in over([a_step], Ledger(), START, days)][-1].ledger


def reasons(decision: Decision) -> list[tuple[str, str]]:
    return [(one.rule.code, one.reason) for one in decision.drops + decision.holds]


def already(a_step: StepFacts, code: OccasionCode, **entry: object) -> Ledger:
    """A ledger in which one occasion of the step was told to its recipient."""
    rule = next(rule for rule in a_step.rules if rule.code is code)
    known = {"recipient_id": a_step.recipient.id if a_step.recipient else None, **entry}
    return Ledger({a_step.occasion(rule): Entry(RelanceState.TOLD, **known)})  # type: ignore[arg-type]
