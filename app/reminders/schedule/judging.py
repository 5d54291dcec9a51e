"""The verdict on each occasion of a step: told, dropped for a reason, or held for one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.accounts.kinds import MailRhythm
from app.core.calendar import next_working_day
from app.reminders.kinds import CURABLE, Answer, Reason, RelanceState
from app.reminders.schedule.facts import Entry, Ledger, Occasion, Recipient, StepFacts
from app.reminders.schedule.occasions import nominal_day, rules_on
from app.reminders.schedule.policy import Rule


@dataclass(frozen=True)
class Told:
    """One occasion of one step, in somebody's mail."""

    step: StepFacts
    rule: Rule

    @property
    def occasion(self) -> Occasion:
        return self.step.occasion(self.rule)

    @property
    def nominal_on(self) -> date:
        return nominal_day(self.step, self.rule)


@dataclass(frozen=True)
class Untold(Told):
    """One occasion that is dropped or held, and why."""

    reason: Reason


def judge(step: StepFacts, ledger: Ledger, day: date) -> Iterator[Told]:
    """The verdict on each occasion of a step that is due and not decided for good."""
    due = [rule for rule in rules_on(step, ledger, day) if nominal_day(step, rule) <= day]
    undecided = [rule for rule in due if not is_final(ledger.entries.get(step.occasion(rule)))]
    if not undecided:
        return
    standstill = _standstill(step, day)
    for rule in undecided:
        reason = standstill or _why_not(step, rule, due[-1], ledger, day)
        entry = ledger.entries.get(step.occasion(rule))
        if reason is None:
            yield Told(step, rule)
        elif is_hold(reason) or entry is None or entry.state is RelanceState.RELEASED:
            yield Untold(step, rule, reason)


def is_final(entry: Entry | None) -> bool:
    if entry is None or entry.state is RelanceState.RELEASED:
        return False
    return entry.state is RelanceState.TOLD or entry.reason not in CURABLE


_HOLDS = frozenset(
    {
        Reason.NOT_STARTED,
        Reason.PAUSED,
        Reason.PROJECT_IDLE,
        Reason.BLOCKED,
        Reason.WAITS,
        Reason.SWITCHED_OFF,
        Reason.NEWS_PROMISED,
        Reason.CALLED,
        Reason.DAY_OFF,
        Reason.TOO_RECENT,
        Reason.NOT_ME,
        Reason.DIGEST,
        Reason.ONE_A_DAY,
        Reason.ONE_A_WEEK,
    }
)


def is_hold(reason: Reason) -> bool:
    return reason in _HOLDS


def _standstill(step: StepFacts, day: date) -> Reason | None:
    """Why nothing at all is decided about a step today."""
    territory = step.territory
    if territory.started_on is None or day < territory.started_on:
        return Reason.NOT_STARTED
    if territory.paused_until is not None and day < territory.paused_until:
        return Reason.PAUSED
    if not step.project_active:
        return Reason.PROJECT_IDLE
    if reason := step.silenced_on(day):
        return reason
    return None if step.is_worked(day) else Reason.DAY_OFF


def _why_not(step: StepFacts, rule: Rule, newest: Rule, ledger: Ledger, day: date) -> Reason | None:
    """Why an occasion is not told today; None when it is, for all the step knows."""
    return (
        _why_never(step, rule, newest, ledger, day)
        or _why_not_yet(step, rule, ledger, day)
        or why_not_to(step.recipient_on(day), day, step.territory.holiday_zone)
    )


def _why_never(
    step: StepFacts, rule: Rule, newest: Rule, ledger: Ledger, day: date
) -> Reason | None:
    """Reasons that no waiting mends. Nobody is chased about the past by surprise."""
    if reason := _from_before(step, rule, ledger, day):
        return reason
    if rule is not newest:
        return Reason.SUPERSEDED
    if rule.announces and day > step.due_on:
        return Reason.TOO_LATE
    if not rule.announces and step.scheduled_on > step.due_on:
        return Reason.ENTERED_PAST
    if rule.only_unanswered and Answer.AGREED in _answers(step, ledger, day):
        return Reason.ANSWERED
    return None


def _from_before(step: StepFacts, rule: Rule, ledger: Ledger, day: date) -> Reason | None:
    """What was due before the relances or the project began, or went on.

    Whoever was told of the date before a pause is not surprised by it afterwards.
    """
    past = nominal_day(step, rule) if rule.announces else step.due_on
    if step.territory.started_on is not None and past < step.territory.started_on:
        return Reason.BEFORE_START
    if step.project_since is not None and past < step.project_since:
        known = any(entry.state is RelanceState.TOLD for entry in _entries(step, ledger, day))
        return None if known else Reason.BEFORE_RESUME
    return None


def _why_not_yet(step: StepFacts, rule: Rule, ledger: Ledger, day: date) -> Reason | None:
    if (day - step.scheduled_on).days < (step.territory.patience.fresh_days or 0):
        return Reason.TOO_RECENT
    # who could not begin is not chased the day they can
    if not rule.announces and step.freed_on and (day - step.freed_on).days < rule.days:
        return Reason.TOO_RECENT
    recipient = step.recipient_on(day)
    recipient_id = recipient.id if recipient else None
    if any(
        entry.recipient_id == recipient_id
        and (entry.answer is Answer.NOT_ME or (entry.answer is Answer.PASSED_ON and rule.announces))
        for entry in _entries(step, ledger, day)
    ):
        return Reason.NOT_ME
    return None


def why_not_to(recipient: Recipient | None, day: date, holiday_zone: str) -> Reason | None:
    """What stands between a person and a mail."""
    if recipient is None:
        return Reason.NO_RECIPIENT
    if recipient.email is None:
        return Reason.NO_ADDRESS
    if recipient.rhythm is MailRhythm.OFF:
        return Reason.OPTED_OUT
    if recipient.paused_until is not None and day < recipient.paused_until:
        return Reason.PAUSED
    if recipient.rhythm is MailRhythm.WEEKLY and not opens_the_week(day, holiday_zone):
        return Reason.DIGEST
    return None


def opens_the_week(day: date, holiday_zone: str) -> bool:
    return day == next_working_day(day - timedelta(days=day.weekday()), holiday_zone)


def _entries(step: StepFacts, ledger: Ledger, day: date) -> Iterator[Entry]:
    for rule in rules_on(step, ledger, day):
        if entry := ledger.entries.get(step.occasion(rule)):
            yield entry


def _answers(step: StepFacts, ledger: Ledger, day: date) -> set[Answer | None]:
    return {entry.answer for entry in _entries(step, ledger, day)}


def why_untrue(
    step: StepFacts | None, basis: date, person_id: int | None, day: date
) -> Reason | None:
    """Why a mail that is about to leave may not speak of a step any more; None when it may.

    Asks whether the occasion is still *true*, not whether today is still its day: a mail that
    waited for the relay tells the present state. What is untrue is released and decided again.
    """
    if step is None or step.due_on != basis:
        return Reason.FACTS_CHANGED
    recipient = step.recipient_on(day)
    if recipient is None or recipient.id != person_id:
        return Reason.FACTS_CHANGED
    reason = _standstill(step, day)
    if reason is not None and reason is not Reason.DAY_OFF:
        return reason
    reason = why_not_to(recipient, day, step.territory.holiday_zone)
    return None if reason is Reason.DIGEST else reason
