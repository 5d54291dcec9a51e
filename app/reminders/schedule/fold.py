"""Who is told what on a day: a pure fold over facts and ledger.

`plan` decides one day; `run` writes what it answers, `preview` prints it, `over` iterates it.
An open step's due occasion always ends in one of three ways: told in a mail, dropped with a
reason (a row is written), or held with a reason (nothing is written, tomorrow asks again).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.reminders.kinds import Reason, RelanceState
from app.reminders.schedule.facts import (
    Entry,
    Ledger,
    Occasion,
    Recipient,
    StepFacts,
    TerritoryFacts,
)
from app.reminders.schedule.judging import Told, Untold, is_hold, judge, why_not_to
from app.reminders.schedule.pacing import Pace
from app.reminders.schedule.watching import Notice, Watch, notices

NOTHING = Watch()


@dataclass(frozen=True)
class PlannedMail:
    """Everything one person is told on one local day, never nothing: steps to answer for, and
    lines about what they keep an eye on."""

    recipient: Recipient
    on: date
    told: tuple[Told, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def key(self) -> str:
        return f"relance:{self.recipient.public_id}:{self.on.isoformat()}"

    @property
    def occasions(self) -> tuple[Occasion, ...]:
        return (*(one.occasion for one in self.told), *(one.occasion for one in self.notices))

    @property
    def territories(self) -> tuple[TerritoryFacts, ...]:
        """Of what it tells, in its order."""
        return (*(t.step.territory for t in self.told), *(n.territory for n in self.notices))

    @property
    def fills_the_week(self) -> bool:
        """All but eves alone: one that tells something else besides could have waited."""
        return bool(self.notices) or not all(one.rule.any_day for one in self.told)


@dataclass(frozen=True)
class Decision:
    """A day's outcome. Only `mails` and `drops` are written; `ledger` is how it stands after."""

    mails: tuple[PlannedMail, ...]
    drops: tuple[Untold, ...]
    holds: tuple[Untold, ...]
    ledger: Ledger


def plan(
    facts: Iterable[StepFacts],
    ledger: Ledger,
    day: date,
    watch: Watch = NOTHING,
) -> Decision:
    """Decide a local day. The order of the facts does not matter.

    Decided again with the ledger it answers, the same day writes nothing more: what became due
    in between waits for the next day's mail, since one person gets one mail a day.
    """
    telling: dict[int, list[Told]] = defaultdict(list)
    drops: list[Untold] = []
    holds: list[Untold] = []
    steps = sorted(facts, key=lambda step: (step.due_on, step.id))
    for step in steps:
        for verdict in judge(step, ledger, day):
            if not isinstance(verdict, Untold):
                telling[_recipient(step, day).id].append(verdict)
            elif is_hold(verdict.reason):
                holds.append(verdict)
            else:
                drops.append(verdict)
    lines = _lines(notices(watch, ledger, day), day)
    pace, planned = Pace(ledger, day), []
    for who, due, theirs in _in_turn(telling, lines, pace, day):
        reason = pace.too_soon(who, due) if due else None
        told = [] if reason else due
        if reason:
            holds.extend(Untold(one.step, one.rule, reason) for one in due)
        # a line joins the mail that somebody gets anyway; alone it waits for the week's first day
        if told or pace.may_read(theirs):
            planned.append(PlannedMail(who, day, tuple(told), tuple(theirs)))
            pace.fill(told, theirs)
    planned.sort(key=lambda mail: mail.recipient.id)
    after = _after(ledger, planned, drops, pace)
    return Decision(tuple(planned), tuple(drops), tuple(holds), after)


def _lines(found: Iterable[Notice], day: date) -> dict[int, list[Notice]]:
    lines: dict[int, list[Notice]] = defaultdict(list)
    for notice in found:
        if _may_be_noticed(notice, day):
            lines[notice.recipient.id].append(notice)
    return lines


def _in_turn(
    telling: Mapping[int, list[Told]], lines: Mapping[int, list[Notice]], pace: Pace, day: date
) -> list[tuple[Recipient, list[Told], list[Notice]]]:
    """Everybody who might be written to: those of one firm in the order of their turns."""
    known = []
    for person_id in {**telling, **lines}:
        told, theirs = telling.get(person_id, []), lines.get(person_id, [])
        who = _recipient(told[0].step, day) if told else theirs[0].recipient
        known.append((who, told, theirs))
    return sorted(known, key=lambda one: pace.turn(*one))


def _may_be_noticed(notice: Notice, day: date) -> bool:
    is_worked = notice.territory.is_worked
    return (
        _is_running(notice.territory, day)
        and is_worked(day)
        and why_not_to(notice.recipient, day, is_worked) in (None, Reason.DIGEST)
    )


def _is_running(territory: TerritoryFacts, day: date) -> bool:
    """Whether its relances were started by a day, and are not suspended on it."""
    if territory.started_on is None or day < territory.started_on:
        return False
    return territory.paused_until is None or day >= territory.paused_until


def over(
    facts: Iterable[StepFacts],
    ledger: Ledger,
    first: date,
    days: int,
    watch: Watch = NOTHING,
) -> Iterator[tuple[date, Decision]]:
    """The coming days one after the other, each with the ledger that the day before left."""
    steps = tuple(facts)
    for offset in range(days):
        day = first + timedelta(days=offset)
        decision = plan(steps, ledger, day, watch)
        ledger = decision.ledger
        yield day, decision


def _recipient(step: StepFacts, day: date) -> Recipient:
    recipient = step.recipient_on(day)
    if recipient is None:
        raise ValueError(f"step {step.id} is told to nobody")
    return recipient


def _after(ledger: Ledger, mails: list[PlannedMail], drops: list[Untold], pace: Pace) -> Ledger:
    told = {
        one: Entry(RelanceState.TOLD, recipient_id=mail.recipient.id, on=mail.on)
        for mail in mails
        for one in mail.occasions
    }
    dropped = {one.occasion: Entry(RelanceState.DROPPED, one.reason) for one in drops}
    return ledger.with_entries({**told, **dropped}).with_mails(
        {mail.recipient.id: mail.on for mail in mails if mail.fills_the_week},
        {mail.recipient.id: mail.on for mail in mails if not mail.fills_the_week},
        pace.firm_on,
    )


@dataclass(frozen=True)
class Outlook:
    """What some days to come will bring: their mails, and what stays untold and why."""

    mails: tuple[PlannedMail, ...]
    untold: tuple[Untold, ...]


def outlook(
    facts: Iterable[StepFacts],
    ledger: Ledger,
    first: date,
    days: int,
    watch: Watch = NOTHING,
) -> Outlook:
    """The mails and drops of the days, and what is still held on the last of them.

    For a single day this is exactly what a run of that day writes.
    """
    mails: list[PlannedMail] = []
    drops: list[Untold] = []
    held: dict[int, Untold] = {}
    for _, decision in over(facts, ledger, first, days, watch):
        mails.extend(decision.mails)
        drops.extend(decision.drops)
        # of several occasions that one cause holds, the newest will be told when it is lifted
        held = {one.step.id: one for one in decision.holds}
    return Outlook(tuple(mails), (*drops, *held.values()))
