"""The zones of a territory in its démarche: what runs in each, and what was rolled out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.accounts.queries.zones import ZoneLine, zone_lines
from app.core.viewer import Viewer
from app.initiatives.models import Initiative, Opportunity
from app.initiatives.rules.leads import reads_counts, visible_leads
from app.plans.kinds import ProjectState, Stage
from app.plans.models import ActionPlan, Project
from app.plans.rules import lists_project

# of a zone on the page of the démarche
SHOWN = 4
UNDER_WAY = (Stage.IMPLEMENTATION, Stage.OPERATIONAL, Stage.LASTING)


@dataclass(frozen=True)
class ZoneProject:
    id: int
    public_id: str
    title: str
    state: ProjectState
    stage: Stage
    zone_id: int

    @property
    def is_under_way(self) -> bool:
        return self.state is not ProjectState.DRAFT and self.stage in UNDER_WAY


@dataclass(frozen=True)
class ZoneCard:
    """A zone, and the projects in it that the viewer sees."""

    zone: ZoneLine
    projects: tuple[ZoneProject, ...]

    @property
    def shown(self) -> tuple[ZoneProject, ...]:
        return self.projects[:SHOWN]

    @property
    def further(self) -> int:
        return len(self.projects) - len(self.shown)

    @property
    def under_way(self) -> int:
        return sum(one.is_under_way for one in self.projects)


def zone_cards(session: Session, viewer: Viewer, plan: ActionPlan) -> list[ZoneCard]:
    """The zones of the plan's territory, in alphabetical order; two statements."""
    projects = _projects(session, viewer, plan_id=plan.id)
    return [
        ZoneCard(line, tuple(one for one in projects if one.zone_id == line.id))
        for line in zone_lines(session, plan.territory_id)
    ]


def projects_in(session: Session, viewer: Viewer, zone: ActivityZone) -> Sequence[ZoneProject]:
    return _projects(session, viewer, zone_id=zone.id)


def _projects(session: Session, viewer: Viewer, **where: int) -> list[ZoneProject]:
    columns = (Project.id, Project.public_id, Project.title, Project.state, Project.stage)
    query: Select[*tuple[Any, ...]] = (
        select(*columns, Project.zone_id)
        .where(lists_project(viewer), Project.zone_id.is_not(None))
        .filter_by(**where)
        .order_by(Project.rank, Project.id)
    )
    return [ZoneProject(*row) for row in session.execute(query)]


def leads_in(session: Session, viewer: Viewer, zone: ActivityZone) -> int:
    """How many leads of the zone the viewer reads; who looks on there counts them all."""
    query = (
        select(Opportunity) if reads_counts(viewer, zone.territory_id) else visible_leads(viewer)
    )
    counted = query.where(Opportunity.zone_id == zone.id).with_only_columns(func.count())
    return session.scalar(counted) or 0


def is_pilot_zone(session: Session, zone: ActivityZone) -> bool:
    """Whether a démarche begins with it."""
    query = select(Initiative.id).where(Initiative.pilot_zone_id == zone.id).limit(1)
    return session.scalar(query) is not None
