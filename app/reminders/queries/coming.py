"""The two weeks to come, as the pilot looks at them: by person, with the rule that decides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.core.calendar import next_working_day
from app.reminders.kinds import Reason
from app.reminders.queries.facts import territories, world_around
from app.reminders.schedule.facts import Recipient
from app.reminders.schedule.fold import outlook
from app.reminders.schedule.judging import Told, Untold
from app.reminders.schedule.policy import Rule
from app.reminders.words import (
    noticed,
)

TWO_WEEKS = timedelta(days=14)
# what needs no word: another message says it, or the day itself is only waited for
_UNSAID = frozenset(
    {Reason.SUPERSEDED, Reason.BEFORE_START, Reason.BEFORE_RESUME, Reason.ANSWERED, Reason.DAY_OFF}
)


@dataclass(frozen=True)
class ComingStep:
    """A step in a mail to come, with the rule that brings it there; `is_next`: its first one."""

    title: str
    public_id: str
    due_on: date
    rule: Rule
    is_next: bool


@dataclass(frozen=True)
class ComingMail:
    on: date
    steps: list[ComingStep]
    lines: list[str]


@dataclass(frozen=True)
class ComingPerson:
    """Everything one person would get in the two weeks."""

    name: str
    public_id: str
    email: str | None
    mails: list[ComingMail]


@dataclass(frozen=True)
class Unsent:
    """A step that would be told, and is not."""

    title: str
    public_id: str
    person: str | None
    due_on: date
    reason: Reason
    until: date | None


@dataclass(frozen=True)
class Coming:
    """What leaves, the first mail first, and what does not, from a day to another."""

    first: date
    last: date
    people: list[ComingPerson]
    unsent: list[Unsent]


def coming(session: Session, territory_id: int, today: date, *, as_if_started: bool) -> Coming:
    """The two weeks from today on, in one territory; as if it started today, where it has not."""
    known = territories(session)
    if as_if_started:
        known[territory_id] = replace(known[territory_id], started_on=today)
    last = next_working_day(today + TWO_WEEKS, known[territory_id].holiday_zone)
    seen = world_around(session, known, territory_id=territory_id, first=today, last=last)
    found = outlook(seen.facts, seen.ledger, today, (last - today).days + 1, seen.watch)
    mails: dict[Recipient, list[ComingMail]] = defaultdict(list)
    seen_steps: set[int] = set()
    for mail in found.mails:
        steps = [
            _step(one, seen_steps) for one in mail.told if one.step.territory.id == territory_id
        ]
        lines = [
            noticed(one.code, one.title, one.project, one.basis, today)
            for one in mail.notices
            if one.territory.id == territory_id
        ]
        if steps or lines:
            mails[mail.recipient].append(ComingMail(mail.on, steps, lines))
    people = [
        ComingPerson(who.name, who.public_id, who.email, their) for who, their in mails.items()
    ]
    return Coming(today, last, people, _unsent(found.untold, territory_id))


def _step(one: Told, seen: set[int]) -> ComingStep:
    step, is_next = one.step, one.step.id not in seen
    seen.add(step.id)
    return ComingStep(step.title, step.public_id, step.due_on, one.rule, is_next)


def _unsent(untold: tuple[Untold, ...], territory_id: int) -> list[Unsent]:
    """One line for each step: the reason of its latest occasion."""
    found: dict[int, Unsent] = {}
    for one in untold:
        if one.step.territory.id == territory_id and one.reason not in _UNSAID:
            found[one.step.id] = Unsent(
                one.step.title,
                one.step.public_id,
                one.step.recipient.name if one.step.recipient else None,
                one.step.due_on,
                one.reason,
                one.step.rests_until if one.reason is Reason.PAUSED else None,
            )
    return sorted(found.values(), key=lambda one: (one.due_on, one.title))
