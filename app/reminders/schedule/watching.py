"""Lines for those who keep an eye on a project: nothing to answer, no mail of its own but on the
first worked day of a week. Pure.

Inside a company nothing climbs: the project's lead hears of another organisation's step, the
territory's pilot of what is stuck, silent or unanswered (domain.md §6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeGuard

from app.core.calendar import next_working_day
from app.core.clock import local_day
from app.reminders.kinds import Answer, NoticeCode, OccasionCode, RelanceState, last_words
from app.reminders.schedule.facts import (
    PROJECT,
    STEP,
    WATCHED,
    Entry,
    Ledger,
    Occasion,
    ProjectFacts,
    Recipient,
    StepFacts,
    StuckFacts,
    TerritoryFacts,
)
from app.reminders.schedule.occasions import rules_on


@dataclass(frozen=True)
class Notice:
    """One line for one person. `gap`: days between two mails to them, or to the firm for which they
    are spoken to, over all kinds."""

    code: NoticeCode
    subject_kind: str
    subject_id: int
    basis: date
    due_on: date
    territory: TerritoryFacts
    recipient: Recipient
    gap: int
    title: str
    project: str
    project_public_id: str
    rests_until: date | None = None
    firm_id: int | None = None

    @property
    def occasion(self) -> Occasion:
        return Occasion(self.subject_kind, self.subject_id, self.basis, self.code.value)

    @property
    def nominal_on(self) -> date:
        return next_working_day(self.due_on, self.territory.holiday_zone)


@dataclass(frozen=True)
class Watch:
    """What is kept an eye on: running projects by id, and the open steps among which theirs are,
    those that are dated and those that are stuck."""

    steps: tuple[StepFacts, ...] = ()
    stuck: tuple[StuckFacts, ...] = ()
    projects: Mapping[int, ProjectFacts] = field(default_factory=dict)


def notices(watch: Watch, ledger: Ledger, day: date) -> Iterator[Notice]:
    """What may be said by a day and was not, to who keeps the eye on that day; who is spoken to
    about a step is no watcher of it."""
    watch = replace(watch, projects={id_: one.on(day) for id_, one in watch.projects.items()})
    known = [
        *_of_what_is_stuck(watch),
        *_of_answers(watch, ledger, day),
        *_of_projects(watch.projects.values()),
    ]
    for notice in sorted(known, key=lambda one: (one.basis, one.subject_id, one.code)):
        entry = ledger.entries.get(notice.occasion)
        is_open = entry is None or entry.state is RelanceState.RELEASED
        rests = notice.rests_until is not None and day < notice.rests_until
        if is_open and not rests and notice.nominal_on <= day:
            yield notice


def _of_what_is_stuck(watch: Watch) -> Iterator[Notice]:
    """To the pilot, who can lift it."""
    for step in watch.stuck:
        project, days = watch.projects.get(step.project_id), step.territory.patience.blocked_days
        if project is None or not project.is_active or days is None:
            continue
        if project.pilot is None or project.pilot.id == step.spoken_to:
            continue
        yield _notice(
            step,
            project,
            NoticeCode.BLOCKED,
            project.pilot,
            basis=step.blocked_on,
            due_on=step.blocked_on + timedelta(days),
        )


def _of_answers(watch: Watch, ledger: Ledger, day: date) -> Iterator[Notice]:
    """Of a last relance that stayed without one: to the pilot, and to another organisation's lead
    of the project."""
    for step in watch.steps:
        project, days = watch.projects.get(step.project_id), step.territory.patience.unanswered_days
        if project is None or not step.project_active or days is None:
            continue
        told_on = _unanswered_since(step, ledger, day)
        if told_on is None:
            continue
        spoken_to = step.recipient.id if step.recipient else None
        for code, recipient in _watchers(step, project).items():
            if recipient is not None and recipient.id != spoken_to:
                due_on = told_on + timedelta(days)
                yield _notice(step, project, code, recipient, basis=step.due_on, due_on=due_on)


def _watchers(step: StepFacts, project: ProjectFacts) -> dict[NoticeCode, Recipient | None]:
    pilot, lead = project.pilot, project.lead
    is_theirs = project.lead_organisation_id == step.organisation_id
    is_pilot = lead is not None and pilot is not None and lead.id == pilot.id
    to_lead = None if is_theirs or is_pilot else lead
    return {NoticeCode.UNANSWERED: pilot, NoticeCode.TO_THE_LEAD: to_lead}


def _unanswered_since(step: StepFacts, ledger: Ledger, day: date) -> date | None:
    """The day of the last relance, or the date where none comes after it; where that stayed
    without an answer and nothing else is said."""
    if day <= step.due_on or step.silenced_on(day):
        return None
    is_chased = any(not rule.announces for rule in step.rules)
    keys = (Occasion(STEP, step.id, step.due_on, code) for code in last_words(is_chased=is_chased))
    told = [entry for key in keys if _was_told(entry := ledger.entries.get(key))]
    # who agreed to a date has not said what became of it
    silent = (None,) if is_chased else (None, Answer.AGREED)
    if not told or any(entry.answer not in silent for entry in told):
        return None
    days = [entry.on for entry in told if entry.on is not None]
    if not days:
        return None
    since = max(days) if is_chased else max(*days, step.due_on + timedelta(days=1))
    return None if _was_heard(step, ledger, since, day) else max(*days, step.due_on)


def _was_heard(step: StepFacts, ledger: Ledger, since: date, day: date) -> bool:
    """Whether anybody said something of it from a day on, by the link of whatever mail, or signed
    in: news promised for such a day were promised since, or no mail had left."""
    if step.news_on is not None and since <= step.news_on:
        return True
    if step.stuck_on is not None and since <= step.stuck_on:
        return True
    codes = {*OccasionCode, *(rule.key for rule in rules_on(step, ledger, day))}
    keys = (Occasion(STEP, step.id, step.due_on, code) for code in codes)
    answers = (entry.answered_at for key in keys if (entry := ledger.entries.get(key)))
    zone = step.territory.time_zone
    return any(at is not None and since <= local_day(at, zone) for at in answers)


def _was_told(entry: Entry | None) -> TypeGuard[Entry]:
    return entry is not None and entry.state is RelanceState.TOLD


def _of_projects(projects: Iterable[ProjectFacts]) -> Iterator[Notice]:
    """A project of which nothing was heard: to who leads it, and to the pilot."""
    for project in projects:
        heard, days = project.heard_on, project.territory.patience.silent_days
        if heard is None or days is None or not project.is_active:
            continue
        watchers = {NoticeCode.SILENT: project.pilot, NoticeCode.SILENT_TO_LEAD: project.lead}
        told: set[int] = set()
        for code, recipient in watchers.items():
            if recipient is None or recipient.id in told:
                continue
            told.add(recipient.id)
            yield _notice(
                project, project, code, recipient, basis=heard, due_on=heard + timedelta(days)
            )


def _notice(
    of: StepFacts | StuckFacts | ProjectFacts,
    project: ProjectFacts,
    code: NoticeCode,
    recipient: Recipient,
    *,
    basis: date,
    due_on: date,
) -> Notice:
    to_lead = code in (NoticeCode.TO_THE_LEAD, NoticeCode.SILENT_TO_LEAD)
    return Notice(
        code=code,
        subject_kind=PROJECT if of is project else WATCHED,
        subject_id=of.id,
        basis=basis,
        due_on=due_on,
        territory=of.territory,
        recipient=recipient,
        gap=project.lead_gap if to_lead else 1,
        firm_id=project.lead_firm_id if to_lead else None,
        title=of.title,
        project=project.title,
        project_public_id=project.public_id,
        rests_until=project.lead_rests_until if to_lead else project.pilot_rests_until,
    )
