"""Lines for those who keep an eye on a project: nothing to answer, no mail of its own but on the
first worked day of a week. Pure.

Inside a company nothing climbs: the project's lead hears of another organisation's step, the
territory's pilot of what is stuck, silent or unanswered (domain.md §6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.core.calendar import next_working_day
from app.reminders.kinds import NoticeCode, OccasionCode, RelanceState
from app.reminders.schedule.facts import (
    PROJECT,
    WATCHED,
    Ledger,
    Occasion,
    ProjectFacts,
    Recipient,
    StepFacts,
    TerritoryFacts,
)

BLOCKED_FOR = timedelta(days=10)
SILENT_FOR = timedelta(weeks=6)
UNANSWERED_FOR = timedelta(days=3)


@dataclass(frozen=True)
class Notice:
    """One line for one person. `gap`: days between two mails to them, over all kinds."""

    code: NoticeCode
    subject_kind: str
    subject_id: int
    basis: date
    due_on: date
    territory: TerritoryFacts
    recipient: Recipient
    gap: int
    title: str
    project_public_id: str

    @property
    def occasion(self) -> Occasion:
        return Occasion(self.subject_kind, self.subject_id, self.basis, self.code.value)

    @property
    def nominal_on(self) -> date:
        return next_working_day(self.due_on, self.territory.holiday_zone)


@dataclass(frozen=True)
class Watch:
    """What is kept an eye on: running projects by id, and the open steps among which theirs are."""

    steps: tuple[StepFacts, ...] = ()
    projects: Mapping[int, ProjectFacts] = field(default_factory=dict)


def notices(watch: Watch, ledger: Ledger, day: date) -> Iterator[Notice]:
    """What may be said by a day and was not; who is spoken to about a step is no watcher of it."""
    known = [*_of_steps(watch, ledger, day), *_of_projects(watch.projects.values())]
    for notice in sorted(known, key=lambda one: (one.basis, one.subject_id, one.code)):
        entry = ledger.entries.get(notice.occasion)
        if notice.nominal_on <= day and (entry is None or entry.state is RelanceState.RELEASED):
            yield notice


def _of_steps(watch: Watch, ledger: Ledger, day: date) -> Iterator[Notice]:
    for step in watch.steps:
        project = watch.projects.get(step.project_id)
        if project is None or not step.project_active:
            continue
        if step.blocked_on is not None:
            yield from _about(step, project, NoticeCode.BLOCKED, step.blocked_on, BLOCKED_FOR)
        elif told_on := _unanswered_since(step, ledger, day):
            wait = told_on + UNANSWERED_FOR - step.due_on
            yield from _about(step, project, NoticeCode.UNANSWERED, step.due_on, wait)
            if project.lead_organisation_id != step.organisation_id:
                yield from _about(step, project, NoticeCode.TO_THE_LEAD, step.due_on, wait)


def _unanswered_since(step: StepFacts, ledger: Ledger, day: date) -> date | None:
    """The day of the last relance, where it stayed without an answer and nothing else is said."""
    after = next((rule for rule in step.rules if rule.code is OccasionCode.AFTER), None)
    entry = ledger.entries.get(step.occasion(after)) if after else None
    if entry is None or entry.state is not RelanceState.TOLD or entry.answer is not None:
        return None
    return None if step.silenced_on(day) else entry.on


def _about(
    step: StepFacts, project: ProjectFacts, code: NoticeCode, basis: date, wait: timedelta
) -> Iterator[Notice]:
    to_lead = code is NoticeCode.TO_THE_LEAD
    recipient = project.lead if to_lead else project.pilot
    spoken_to = step.recipient.id if step.recipient else None
    if recipient is None or recipient.id == spoken_to:
        return
    if to_lead and project.pilot is not None and project.pilot.id == recipient.id:
        return
    yield Notice(
        code=code,
        subject_kind=WATCHED,
        subject_id=step.id,
        basis=basis,
        due_on=basis + wait,
        territory=step.territory,
        recipient=recipient,
        gap=project.lead_gap if to_lead else 1,
        title=step.title,
        project_public_id=project.public_id,
    )


def _of_projects(projects: Iterable[ProjectFacts]) -> Iterator[Notice]:
    """A project of which nothing was heard: to who leads it, and to the pilot."""
    for project in projects:
        heard = project.heard_on
        if heard is None or not project.is_active:
            continue
        watchers = {NoticeCode.SILENT: project.pilot, NoticeCode.SILENT_TO_LEAD: project.lead}
        told: set[int] = set()
        for code, recipient in watchers.items():
            if recipient is None or recipient.id in told:
                continue
            told.add(recipient.id)
            yield Notice(
                code=code,
                subject_kind=PROJECT,
                subject_id=project.id,
                basis=heard,
                due_on=heard + SILENT_FOR,
                territory=project.territory,
                recipient=recipient,
                gap=project.lead_gap if code is NoticeCode.SILENT_TO_LEAD else 1,
                title=project.title,
                project_public_id=project.public_id,
            )
