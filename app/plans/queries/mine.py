"""What « Mes étapes » reads: one statement over every territory of the viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Person
from app.core.viewer import Viewer
from app.plans.kinds import OPEN_STATUSES, ProjectState, StepStatus
from app.plans.models import Project, Step
from app.plans.queries.project import STEP_COLUMNS, StepLine, line_of
from app.plans.rules import ENDED

MOST = 300


@dataclass(frozen=True)
class MyStep:
    """A step and the project it belongs to."""

    line: StepLine
    project: str
    project_public_id: str


def my_steps(session: Session, viewer: Viewer, today: date, *, mine_only: bool) -> list[MyStep]:
    """Open steps of this person, or also of their organisations, the nearest date first."""
    own = [Step.lead_person_id == viewer.person_id]
    if not mine_only:
        own.append(Step.lead_organisation_id.in_(viewer.organisations))
    rows = session.execute(
        select(*STEP_COLUMNS, Project.title, Project.public_id)
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(Person, Person.id == Step.lead_person_id)
        .where(
            or_(*own),
            Step.status.in_(OPEN_STATUSES),
            Project.state.not_in((*ENDED, ProjectState.DRAFT)),
        )
        .order_by(Step.due_on.is_(None), Step.due_on, Step.id)
        .limit(MOST)
    )
    return [_mine(row, today) for row in rows]


def _mine(row: Any, today: date) -> MyStep:
    return MyStep(line_of(row, today), row[-2], row[-1])


def done_recently(session: Session, viewer: Viewer, since: date) -> list[tuple[str, date, str]]:
    """(title, day, project) of the steps this person's organisations finished since a day."""
    return [
        (row[0], row[1], row[2])
        for row in session.execute(
            select(Step.title, Step.done_on, Project.title)
            .join(Project, Project.id == Step.project_id)
            .where(
                Step.status == StepStatus.DONE,
                Step.done_on >= since,
                or_(
                    Step.lead_person_id == viewer.person_id,
                    Step.lead_organisation_id.in_(viewer.organisations),
                ),
            )
            .order_by(Step.done_on.desc(), Step.id.desc())
            .limit(20)
        )
        if row[1] is not None
    ]
