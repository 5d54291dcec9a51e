"""The verdict on each occasion of a step: told, dropped for a reason, or held for one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.accounts.kinds import MailRhythm
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
        Reason.ASKED,
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
        or why_not_to(step.recipient_on(day), day, step.is_worked)
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
    if rule.only_unanswered and _is_answered(step, _entries(step, ledger, day)):
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
    is_theirs = not _is_declined(
        _entries(step, ledger, day), recipient_id, announces=rule.announces
    )
    return None if is_theirs else Reason.NOT_ME


def _is_answered(step: StepFacts, entries: Collection[Entry]) -> bool:
    """Whether the date was said yes to, or its people said « en cours » or « ça coince » once
    told of it: nothing announces it again."""
    if any(entry.answer is Answer.AGREED for entry in entries):
        return True
    told_on = [entry.on for entry in entries if entry.state is RelanceState.TOLD and entry.on]
    said_on = [day for day in (step.began_on, step.stuck_on) if day]
    return bool(told_on and said_on) and max(told_on) <= max(said_on)


def _is_declined(entries: Collection[Entry], person_id: int | None, *, announces: bool) -> bool:
    """Whether this person said « ce n’est pas moi », or passed on a date that is to come."""
    declining = (Answer.NOT_ME, Answer.PASSED_ON) if announces else (Answer.NOT_ME,)
    return any(entry.recipient_id == person_id and entry.answer in declining for entry in entries)


# whether people are at work on a day, where a step or a project is
IsWorked = Callable[[date], bool]


def why_not_to(recipient: Recipient | None, day: date, is_worked: IsWorked) -> Reason | None:
    """What stands between a person and a mail."""
    if recipient is None:
        return Reason.NO_RECIPIENT
    if recipient.email is None:
        return Reason.NO_ADDRESS
    if recipient.rhythm is MailRhythm.OFF:
        return Reason.OPTED_OUT
    if recipient.paused_until is not None and day < recipient.paused_until:
        return Reason.PAUSED
    if recipient.rhythm is MailRhythm.WEEKLY and not opens_the_week(day, is_worked):
        return Reason.DIGEST
    return None


def opens_the_week(day: date, is_worked: IsWorked) -> bool:
    """Whether it is the first day of its week on which anybody is at work there."""
    earlier = (day - timedelta(days=one + 1) for one in range(day.weekday()))
    return is_worked(day) and not any(map(is_worked, earlier))


def _entries(step: StepFacts, ledger: Ledger, day: date) -> list[Entry]:
    decided = (ledger.entries.get(step.occasion(rule)) for rule in rules_on(step, ledger, day))
    return [entry for entry in decided if entry]


def why_untrue(
    step: StepFacts | None,
    basis: date,
    person_id: int | None,
    day: date,
    *,
    announces: bool,
    said: Collection[Entry],
) -> Reason | None:
    """Why a mail that is about to leave may not speak of a step any more; None when it may.

    Asks whether the occasion is still *true*, not whether today is still its day: a mail that
    waited for the relay tells the present state. What is untrue is released and decided again.
    `said`: what the ledger holds of the step's present date beside this mail, since an earlier one
    may have been answered in between (domain.md §6, « an answer silences »).
    """
    if step is None or step.due_on != basis:
        return Reason.FACTS_CHANGED
    recipient = step.recipient_on(day)
    if recipient is None or recipient.id != person_id:
        return Reason.FACTS_CHANGED
    reason = _standstill(step, day)
    if reason is not None and reason is not Reason.DAY_OFF:
        return reason
    if _is_declined(said, person_id, announces=announces):
        return Reason.NOT_ME
    if announces and _is_answered(step, said):
        return Reason.ANSWERED
    reason = why_not_to(recipient, day, step.is_worked)
    return None if reason is Reason.DIGEST else reason
