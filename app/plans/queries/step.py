"""What the page of one step reads: a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Person
from app.journal.kinds import Action
from app.journal.models import Change
from app.plans.kinds import StepStatus
from app.plans.models import CheckItem, Dependency, Step
from app.plans.queries.project import is_late


class CheckLine(NamedTuple):
    public_id: str
    label: str
    done_at: datetime | None
    done_by: str | None


class OtherStep(NamedTuple):
    """A step at the other end of a dependency."""

    id: int
    public_id: str
    title: str
    status: StepStatus
    due_on: date | None
    due_text: str | None
    organisation: str
    late: bool


class DateMove(NamedTuple):
    """When somebody replaced a date by another, and who, None where they are gone."""

    at: datetime
    who: str | None
    before: date
    after: date | None


def checks_of(session: Session, step: Step) -> list[CheckLine]:
    """In the order in which they were written."""
    rows = session.execute(
        select(CheckItem.public_id, CheckItem.label, CheckItem.done_at, Person.name)
        .outerjoin(Person, Person.id == CheckItem.done_by_id)
        .where(CheckItem.step_id == step.id)
        .order_by(CheckItem.id)
    )
    return [CheckLine(*row) for row in rows]


def awaited_by(session: Session, step: Step, today: date) -> list[OtherStep]:
    """The steps that this one waits for."""
    return _across(session, step, Dependency.step_id, Dependency.awaited_id, today)


def waiting_for(session: Session, step: Step, today: date) -> list[OtherStep]:
    """The steps that wait for this one."""
    return _across(session, step, Dependency.awaited_id, Dependency.step_id, today)


def _across(session: Session, step: Step, own: Any, others: Any, today: date) -> list[OtherStep]:
    other = aliased(Step)
    rows = session.execute(
        select(
            other.id,
            other.public_id,
            other.title,
            other.status,
            other.due_on,
            other.due_text,
            Organisation.name,
        )
        .select_from(Dependency)
        .join(other, other.id == others)
        .join(Organisation, Organisation.id == other.lead_organisation_id)
        .where(own == step.id)
        .order_by(other.rank, other.id)
    )
    return [OtherStep(*row, is_late(row[3], row[4], today)) for row in rows]


def steps_to_await(session: Session, step: Step) -> Sequence[tuple[str, str]]:
    """(public id, title) of the project's other steps, in their order."""
    rows = session.execute(
        select(Step.public_id, Step.title)
        .where(
            Step.project_id == step.project_id,
            Step.id != step.id,
            Step.status != StepStatus.ABANDONED,
        )
        .order_by(Step.rank, Step.id)
    )
    return [(row[0], row[1]) for row in rows]


def moves_of(session: Session, step: Step) -> list[DateMove]:
    """The dates that were replaced, newest first, as the change log tells them."""
    rows = session.execute(
        select(Change.at, Person.name, Change.fields)
        .outerjoin(Person, Person.id == Change.actor_id)
        .where(
            Change.entity == "Step",
            Change.entity_id == step.id,
            Change.action == Action.UPDATED,
            Change.fields["due_on"].as_string().is_not(None),
        )
        .order_by(Change.id.desc())
        .limit(50)
    )
    moves = [(at, who, *fields["due_on"]) for at, who, fields in rows]
    return [
        DateMove(at, who, date.fromisoformat(before), date.fromisoformat(after) if after else None)
        for at, who, before, after in moves
        if before
    ]
