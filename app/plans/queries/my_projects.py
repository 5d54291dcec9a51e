"""What « Mes projets » reads: every territory of the viewer in two statements."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Territory
from app.core.viewer import Viewer
from app.plans.kinds import OPEN_STATUSES, PartnerRole, PartnerState, ProjectState, Stage
from app.plans.models import Partner, Project, Step
from app.plans.queries.project import is_late
from app.plans.rules import ENDED, sees_project, sees_step

MOST = 300


class OurRole(NamedTuple):
    """What one of the viewer's organisations is in a project."""

    organisation: str
    role: PartnerRole
    state: PartnerState


class NextStep(NamedTuple):
    title: str
    due_on: date | None
    due_text: str | None
    organisation: str
    late: bool


class MyProject(NamedTuple):
    public_id: str
    title: str
    stage: Stage
    state: ProjectState
    territory: str
    roles: tuple[OurRole, ...]
    next: NextStep | None


def my_projects(
    session: Session, viewer: Viewer, today: date, *, territory_id: int | None, ended: bool
) -> list[MyProject]:
    """Projects in which an organisation of the viewer takes part or leads a step.

    By territory and title; at most `MOST`. The next step only where the viewer reads steps.
    """
    rows = _rows(session, viewer, territory_id, ended=ended)
    roles: dict[int, list[OurRole]] = {}
    for row in rows:
        ours = roles.setdefault(row.id, [])
        if row.organisation is not None:
            ours.append(OurRole(row.organisation, row.role, row.part))
    steps = _next_steps(session, viewer, set(roles), today)
    first = {row.id: row for row in reversed(rows)}
    return [
        MyProject(
            first[one].public_id,
            first[one].title,
            first[one].stage,
            first[one].state,
            first[one].territory,
            tuple(roles[one]),
            steps.get(one),
        )
        for one in roles
    ]


def _rows(session: Session, viewer: Viewer, territory_id: int | None, *, ended: bool) -> list[Any]:
    ours = (
        (Partner.project_id == Project.id)
        & Partner.organisation_id.in_(viewer.organisations)
        & (Partner.state != PartnerState.RETIRED)
    )
    listed = (
        select(Project.id)
        .join(Territory, Territory.id == Project.territory_id)
        .where(
            _takes_part(viewer),
            sees_project(viewer),
            Project.state.in_(ENDED) if ended else Project.state.not_in(ENDED),
        )
        .order_by(Territory.name, Project.search_key, Project.id)
        .limit(MOST)
    )
    if territory_id is not None:
        listed = listed.where(Project.territory_id == territory_id)
    query = (
        select(
            Project.id,
            Project.public_id,
            Project.title,
            Project.stage,
            Project.state,
            Territory.name.label("territory"),
            Organisation.name.label("organisation"),
            Partner.role,
            Partner.state.label("part"),
        )
        .join(Territory, Territory.id == Project.territory_id)
        .outerjoin(Partner, ours)
        .outerjoin(Organisation, Organisation.id == Partner.organisation_id)
        .where(Project.id.in_(listed))
        .order_by(Territory.name, Project.search_key, Project.id, Partner.id)
    )
    return list(session.execute(query))


def _takes_part(viewer: Viewer) -> ColumnElement[bool]:
    part = exists().where(
        Partner.project_id == Project.id,
        Partner.organisation_id.in_(viewer.organisations),
        Partner.state != PartnerState.RETIRED,
    )
    leads = exists().where(
        Step.project_id == Project.id, Step.lead_organisation_id.in_(viewer.organisations)
    )
    return or_(part, leads)


def _next_steps(
    session: Session, viewer: Viewer, project_ids: set[int], today: date
) -> dict[int, NextStep]:
    """Of each project the open step with the nearest date."""
    nearest = func.row_number().over(
        partition_by=Step.project_id, order_by=(Step.due_on.is_(None), Step.due_on, Step.rank)
    )
    ranked = (
        select(
            Step.project_id,
            Step.title,
            Step.due_on,
            Step.due_text,
            Step.status,
            Organisation.name.label("organisation"),
            nearest.label("nearest"),
        )
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .where(
            Step.project_id.in_(project_ids),
            Step.status.in_(OPEN_STATUSES),
            sees_step(viewer),
        )
        .subquery()
    )
    return {
        row.project_id: NextStep(
            row.title,
            row.due_on,
            row.due_text,
            row.organisation,
            is_late(row.status, row.due_on, today),
        )
        for row in session.execute(select(ranked).where(ranked.c.nearest == 1))
    }
