"""What a mail may promise: the message that comes next about a step that stays as it is. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from app.reminders.kinds import Following, OccasionCode
from app.reminders.schedule.facts import Ledger, StepFacts
from app.reminders.schedule.fold import over
from app.reminders.schedule.judging import is_final
from app.reminders.schedule.occasions import nominal_day, rules_on
from app.reminders.schedule.policy import Rule

# so long after its day an occasion may still be held back: the widest gap, and days off
_LATEST = timedelta(days=45)


def follows(step: StepFacts, ledger: Ledger, day: date) -> Following:
    """Which message comes after those of a day, whose ledger this is, where nobody answers."""
    rule = next_rule(step, ledger, day)
    if rule is None:
        return Following.NOTHING
    if rule.announces:
        is_eve = rule.code is OccasionCode.DAY_BEFORE
        return Following.EVE if is_eve else Following.BEFORE
    if rule.code is OccasionCode.EACH_WEEK:
        return Following.EACH_WEEK
    return Following.AFTER_THEN_WEEKLY if step.policy.weekly else Following.AFTER


def next_rule(step: StepFacts, ledger: Ledger, day: date) -> Rule | None:
    """The rule by which the fold speaks of the step on the first later day on which it does."""
    untold = [
        nominal_day(step, rule)
        for rule in rules_on(step, ledger, day + _LATEST)
        if not is_final(ledger.entries.get(step.occasion(rule)))
    ]
    if not untold:
        return None
    first = max(day + timedelta(days=1), min(untold))
    days = (max(*untold, first) + _LATEST - first).days
    for _day, decision in over([step], ledger, first, days):
        for mail in decision.mails:
            return mail.told[0].rule
    return None
