"""Steps that wait, whose date has passed: the pilot sorts them before anybody is reminded."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Organisation
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Project, Step

MOST_SHOWN = 200
_WAITING = (StepStatus.TODO, StepStatus.IN_PROGRESS)
# a draft's steps count too: it may be launched tomorrow
_LIVING = (ProjectState.DRAFT, ProjectState.ACTIVE)


class PastStep(NamedTuple):
    public_id: str
    title: str
    project: str
    project_public_id: str
    state: ProjectState
    organisation: str
    due_on: date


def _past(territory_id: int, today: date) -> ColumnElement[bool]:
    return and_(
        Step.territory_id == territory_id,
        Step.status.in_(_WAITING),
        Step.due_on < today,
        Project.state.in_(_LIVING),
    )


def past_steps(session: Session, territory_id: int, today: date) -> list[PastStep]:
    """The first ones by project and date; the next come up as these are done."""
    query = (
        select(
            Step.public_id,
            Step.title,
            Project.title,
            Project.public_id,
            Project.state,
            Organisation.name,
            Step.due_on,
        )
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .where(_past(territory_id, today))
        .order_by(Project.rank, Project.id, Step.due_on, Step.id)
        .limit(MOST_SHOWN)
    )
    return [PastStep._make(row) for row in session.execute(query)]


def how_many_past(session: Session, territory_id: int, today: date) -> int:
    query = (
        select(func.count())
        .select_from(Step)
        .join(Project, Project.id == Step.project_id)
        .where(_past(territory_id, today))
    )
    return session.scalar(query) or 0


def chosen_steps(session: Session, territory_id: int, public_ids: list[str]) -> list[Step]:
    """Steps of a territory's living projects by their public ids."""
    query = (
        select(Step)
        .join(Step.project)
        .where(
            Step.territory_id == territory_id,
            Step.public_id.in_(public_ids),
            Project.state.in_(_LIVING),
        )
        .options(joinedload(Step.project))
        .order_by(Step.id)
    )
    return list(session.scalars(query))
