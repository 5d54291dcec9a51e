"""What the plan page reads: its projects, filtered, with what stands in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import ActivityZone, Organisation, Territory
from app.core.folding import fold
from app.core.viewer import Viewer
from app.plans.kinds import (
    OPEN_STATUSES,
    PartnerRole,
    PartnerState,
    PlanState,
    ProjectState,
    Stage,
    StepStatus,
)
from app.plans.models import ActionPlan, Partner, Project, Step, Theme
from app.plans.rules import (
    edits_project,
    lists_project,
    proposable_plans,
    visible_plans,
    visible_projects,
)

PAGE = 100


@dataclass(frozen=True)
class PlanFilter:
    """What the filter bar asks for; an empty one asks for everything that is not archived."""

    text: str = ""
    organisation_id: int | None = None
    stage: Stage | None = None
    state: ProjectState | None = None
    status: StepStatus | None = None
    late: bool = False

    @property
    def is_set(self) -> bool:
        return self != PlanFilter()


@dataclass(frozen=True)
class ProjectLine:
    """One project as the plan lists it."""

    id: int
    public_id: str
    title: str
    stage: Stage
    state: ProjectState
    rank: str
    theme: str | None
    zone: str | None
    lead: str | None
    steps: int
    done: int
    late: int
    blocked: int
    next_due: date | None


def territory_plan(viewer: Viewer, territory_public_id: str) -> Select[ActionPlan]:
    """The territory's running plan, the newest first."""
    return (
        visible_plans(viewer)
        .join(ActionPlan.territory)
        .where(Territory.public_id == territory_public_id)
        .options(joinedload(ActionPlan.territory))
        .order_by((ActionPlan.state == PlanState.ACTIVE).desc(), ActionPlan.id.desc())
        .limit(1)
    )


def may_propose(session: Session, viewer: Viewer, plan_id: int) -> bool:
    return session.scalar(proposable_plans(viewer).where(ActionPlan.id == plan_id)) is not None


def projects_to_fill(session: Session, viewer: Viewer, plan_id: int) -> Sequence[Project]:
    """Those of a plan that the viewer edits, by title, with what the rules look at."""
    query = visible_projects(viewer).where(Project.plan_id == plan_id, edits_project(viewer))
    return (
        session.scalars(
            query.options(joinedload(Project.partners), joinedload(Project.territory)).order_by(
                Project.search_key, Project.id
            )
        )
        .unique()
        .all()
    )


def _late(today: date) -> ColumnElement[bool]:
    return and_(Step.due_on < today, Step.status.in_(OPEN_STATUSES))


def project_lines(
    session: Session,
    viewer: Viewer,
    plan_id: int,
    asked: PlanFilter,
    today: date,
    after: tuple[str, int] | None = None,
) -> list[ProjectLine]:
    """At most PAGE projects after the (rank, id) of the last one shown, plus one as a sign."""
    counts = _step_counts(today).subquery()
    query = (
        select(
            Project.id,
            Project.public_id,
            Project.title,
            Project.stage,
            Project.state,
            Project.rank,
            Theme.title,
            ActivityZone.name,
            _lead(),
            func.coalesce(counts.c.steps, 0),
            func.coalesce(counts.c.done, 0),
            func.coalesce(counts.c.late, 0),
            func.coalesce(counts.c.blocked, 0),
            counts.c.next_due,
        )
        .outerjoin(Theme, Theme.id == Project.theme_id)
        .outerjoin(ActivityZone, ActivityZone.id == Project.zone_id)
        .outerjoin(counts, counts.c.project_id == Project.id)
        .where(Project.plan_id == plan_id, lists_project(viewer), *_asked(asked, today))
        .order_by(Project.rank, Project.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        rank, project_id = after
        query = query.where(
            or_(Project.rank > rank, and_(Project.rank == rank, Project.id > project_id))
        )
    return [ProjectLine(*row) for row in session.execute(query)]


def _lead() -> ScalarSelect[str]:
    """The name of the organisation that leads the project of the row."""
    return (
        select(Organisation.name)
        .join(Partner, Partner.organisation_id == Organisation.id)
        .where(
            Partner.project_id == Project.id,
            Partner.role == PartnerRole.LEAD,
            Partner.state != PartnerState.RETIRED,
        )
        .correlate(Project)
        .scalar_subquery()
    )


def _step_counts(today: date) -> Select[Any, Any, Any, Any, Any, Any]:
    counted = Step.status != StepStatus.ABANDONED
    return select(
        Step.project_id,
        func.sum(case((counted, 1), else_=0)).label("steps"),
        func.sum(case((Step.status == StepStatus.DONE, 1), else_=0)).label("done"),
        func.sum(case((_late(today), 1), else_=0)).label("late"),
        func.sum(case((Step.status == StepStatus.BLOCKED, 1), else_=0)).label("blocked"),
        func.min(
            case((and_(Step.status.in_(OPEN_STATUSES), Step.due_on >= today), Step.due_on))
        ).label("next_due"),
    ).group_by(Step.project_id)


def _asked(asked: PlanFilter, today: date) -> Sequence[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.text:
        wanted += [
            Project.search_key.contains(word, autoescape=True) for word in fold(asked.text).split()
        ]
    if asked.organisation_id:
        wanted.append(
            exists().where(
                Partner.project_id == Project.id,
                Partner.organisation_id == asked.organisation_id,
                Partner.state != PartnerState.RETIRED,
            )
        )
    if asked.stage:
        wanted.append(Project.stage == asked.stage)
    if asked.state:
        wanted.append(Project.state == asked.state)
    if asked.status:
        wanted.append(exists().where(Step.project_id == Project.id, Step.status == asked.status))
    if asked.late:
        wanted.append(exists().where(Step.project_id == Project.id, _late(today)))
    return wanted
