"""« Envoyer maintenant »: one step's coming occasion today instead of on its day. Pure.

The pilot's own click: it does not wait for the day, nor for the days between two mails. What
keeps the automat silent keeps this silent too, and one mail a day stays one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.reminders.kinds import Reason
from app.reminders.schedule.facts import Ledger, StepFacts
from app.reminders.schedule.fold import PlannedMail, plan
from app.reminders.schedule.judging import Told, is_final, why_untrue
from app.reminders.schedule.occasions import nominal_day, rules_on
from app.reminders.schedule.policy import Rule


def mail_now(
    facts: Iterable[StepFacts], ledger: Ledger, day: date, step_id: int
) -> PlannedMail | Reason:
    """The mail of whoever the step is spoken of to: with it, and with all else that they would be
    told today. Or why there is none."""
    steps = tuple(facts)
    step = next((one for one in steps if one.id == step_id), None)
    if step is None:
        return Reason.FACTS_CHANGED
    if reason := _hindrance(step, ledger, day):
        return reason
    rule = coming_rule(step, ledger, day)
    recipient = step.recipient_on(day)
    if rule is None or recipient is None:
        return Reason.SUPERSEDED
    usual = [mail for mail in plan(steps, ledger, day).mails if mail.recipient.id == recipient.id]
    others = [one for mail in usual for one in mail.told if one.step.id != step_id]
    told = sorted([Told(step, rule), *others], key=lambda one: (one.step.due_on, one.step.id))
    return PlannedMail(recipient, day, tuple(told))


def coming_rule(step: StepFacts, ledger: Ledger, day: date) -> Rule | None:
    """What would be told next about a step: what is due by now, or else comes first.

    Nothing chases before the date, and nothing announces after it.
    """
    untold = [
        rule
        for rule in rules_on(step, ledger, day)
        if not is_final(ledger.entries.get(step.occasion(rule)))
        and rule.announces == (day <= step.due_on)
    ]
    due = [rule for rule in untold if nominal_day(step, rule) <= day]
    found = due[-1:] or untold[:1]
    return found[0] if found else None


def _hindrance(step: StepFacts, ledger: Ledger, day: date) -> Reason | None:
    recipient = step.recipient_on(day)
    if recipient is None:
        return Reason.NO_RECIPIENT
    decided = (ledger.entries.get(step.occasion(rule)) for rule in rules_on(step, ledger, day))
    if reason := why_untrue(
        step,
        step.due_on,
        recipient.id,
        day,
        announces=day <= step.due_on,
        said=[entry for entry in decided if entry],
    ):
        return reason
    return Reason.ONE_A_DAY if ledger.had_on(recipient.id) == day else None
