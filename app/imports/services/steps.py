"""A « sous-action » of the tracker as a step of its project."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.folding import fold
from app.imports.kinds import Status
from app.imports.rows import Item
from app.imports.services import people, texts
from app.imports.services.work import Work
from app.plans.kinds import PartnerRole, StepStatus
from app.plans.models import Project, Step
from app.plans.services.steps import (
    abandon_step,
    add_step,
    block_step,
    complete_step,
    describe_step,
    reopen_step,
    start_step,
)

LONGEST_DUE_TEXT = 80


def create(work: Work, project: Project, item: Item) -> Step:
    """A step with its date, or with the vague words of one."""
    said = item.said
    lead = _lead(work, project, said)
    step = add_step(
        work.session,
        project,
        title=said["title"],
        lead_organisation_id=lead,
        lead_person_id=people.of_step(work, lead, item, said.get("person", "")),
        due_on=texts.day(said.get("end", "")),
        due_text=_due_text(said),
        description=said.get("description", ""),
        now=work.now,
    )
    if "status" in said:
        _move(work, step, said["status"])
    texts.write(work, project.id, step.id, _sheet(work, step, said))
    return step


def change(work: Work, step: Step, said: Mapping[str, str]) -> None:
    if {"title", "description", "lead", "end"} & set(said):
        lead = _lead(work, step.project, said) if "lead" in said else step.lead_organisation_id
        describe_step(
            work.session,
            step,
            seen_version=step.version,
            title=said.get("title", step.title),
            description=said.get("description", step.description),
            lead_organisation_id=lead,
            lead_person_id=step.lead_person_id if lead == step.lead_organisation_id else None,
            due_on=texts.day(said["end"]) if "end" in said else step.due_on,
            due_text=_due_text(said) if "end" in said else step.due_text,
            is_milestone=step.is_milestone,
            now=work.now,
        )
    if "status" in said:
        _move(work, step, said["status"])
    texts.write(work, step.project_id, step.id, _sheet(work, step, said))


def _due_text(said: Mapping[str, str]) -> str | None:
    return texts.vague(said.get("end", ""))[:LONGEST_DUE_TEXT] or None


def _lead(work: Work, project: Project, said: Mapping[str, str]) -> int:
    """Whom the row names, else whoever leads the project."""
    if "lead" in said:
        return work.organisation_id(said["lead"])
    leads = [one.organisation_id for one in project.partners if one.role is PartnerRole.LEAD]
    return leads[0] if leads else work.default_lead_id


def _sheet(work: Work, step: Step, said: Mapping[str, str]) -> Mapping[str, str]:
    """Without a person who is known by that very name: the step itself names them."""
    person = step.lead_person_id and people.name_of(work, step.lead_person_id)
    if person and fold(said.get("person", "")) == fold(person):
        return {name: value for name, value in said.items() if name != "person"}
    return said


def _move(work: Work, step: Step, status: str) -> None:
    if status == Status.DONE:
        done = min(step.due_on, work.today) if step.due_on else work.today
        complete_step(work.session, step, today=done)
    elif status == Status.ABANDONED:
        abandon_step(work.session, step)
    elif status == Status.BLOCKED:
        _block(work, step)
    elif status in (Status.RUNNING, Status.LATE):
        start_step(work.session, step)
    elif step.status is not StepStatus.TODO:
        reopen_step(work.session, step)


def _block(work: Work, step: Step) -> None:
    """The tracker does not say what blocks it: « organisation » until somebody does."""
    block_step(
        work.session, step, barrier=people.UNSAID_BARRIER, note=people.BLOCKED, today=work.today
    )
