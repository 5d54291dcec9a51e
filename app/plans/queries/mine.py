"""What « Mes étapes » reads: one statement over every territory of the viewer."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Person
from app.core.prepared import AnyRows, Prepared
from app.core.viewer import Viewer
from app.plans.kinds import OPEN_STATUSES, ProjectState, StepStatus
from app.plans.models import Project, Step
from app.plans.queries.project import STEP_COLUMNS, StepLine, line_of
from app.plans.rules import ENDED, sees_step

MOST = 300


class MyStep(NamedTuple):
    """A step and the project it belongs to."""

    line: StepLine
    project: str
    project_public_id: str


def my_steps(session: Session, viewer: Viewer, today: date, *, mine_only: bool) -> list[MyStep]:
    """Open steps of this person, or also of their organisations, the nearest date first."""
    rows = (_OF_THE_PERSON if mine_only else _OF_US).rows(session, viewer)
    return [_mine(row, today) for row in rows]


def _person_leads(viewer: Viewer) -> ColumnElement[bool]:
    return Step.lead_person_id == viewer.person_id


def _we_lead(viewer: Viewer) -> ColumnElement[bool]:
    return or_(_person_leads(viewer), Step.lead_organisation_id.in_(viewer.organisations))


def _open_steps(viewer: Viewer, whose: ColumnElement[bool]) -> AnyRows:
    return (
        select(*STEP_COLUMNS, Project.title, Project.public_id)
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(Person, Person.id == Step.lead_person_id)
        .where(
            whose,
            sees_step(viewer),
            Step.status.in_(OPEN_STATUSES),
            Project.state.not_in((*ENDED, ProjectState.DRAFT)),
        )
        .order_by(Step.due_on.is_(None), Step.due_on, Step.id)
        .limit(MOST)
    )


def _done_steps(viewer: Viewer) -> AnyRows:
    return (
        select(Step.title, Step.done_on, Project.title)
        .join(Project, Project.id == Step.project_id)
        .where(
            _we_lead(viewer),
            sees_step(viewer),
            Step.status == StepStatus.DONE,
            Step.done_on >= bindparam("since"),
        )
        .order_by(Step.done_on.desc(), Step.id.desc())
        .limit(20)
    )


_OF_THE_PERSON = Prepared(lambda viewer: _open_steps(viewer, _person_leads(viewer)))
_OF_US = Prepared(lambda viewer: _open_steps(viewer, _we_lead(viewer)))
_DONE = Prepared(_done_steps)


def _mine(row: Any, today: date) -> MyStep:
    return MyStep(line_of(row, today), row[-2], row[-1])


def done_recently(session: Session, viewer: Viewer, since: date) -> list[tuple[str, date, str]]:
    """(title, day, project) of the steps this person's organisations finished since a day."""
    rows = _DONE.rows(session, viewer, since=since)
    return [(title, done_on, project) for title, done_on, project in rows]
