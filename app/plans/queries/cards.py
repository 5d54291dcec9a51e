"""A project, and one of its steps, as pages and rules read them: one statement each.

Fourteen entities for one page would take twice the time of everything else on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam
from sqlalchemy.orm import Session, aliased

from app.accounts.models import ActivityZone, Organisation, Person, Territory
from app.core.prepared import AnyRows, Prepared
from app.core.viewer import Viewer
from app.plans.kinds import PartnerRole, PartnerState, ProjectKind, ProjectState, Stage, SynergyType
from app.plans.models import ActionPlan, Partner, Project, Step, Theme
from app.plans.queries.project import StepLine, is_late
from app.plans.rules import visible_projects, visible_steps


class TerritoryLine(NamedTuple):
    id: int
    public_id: str
    name: str
    time_zone: str


class Titled(NamedTuple):
    title: str


class Named(NamedTuple):
    name: str


class PartnerLine(NamedTuple):
    public_id: str
    organisation_id: int
    role: PartnerRole
    state: PartnerState
    confirmed_at: datetime | None
    organisation: Named


class ProjectCard(NamedTuple):
    """What a page shows of a project, under the names that the entity has."""

    id: int
    public_id: str
    title: str
    description: str
    kind: ProjectKind
    synergy_type: SynergyType | None
    stage: Stage
    state: ProjectState
    ended_reason: str | None
    territory_id: int
    plan: Titled
    theme: Titled | None
    zone: Named | None
    territory: TerritoryLine
    partners: list[PartnerLine]

    @property
    def as_project(self) -> Project:
        """Rules and templates read a project by names that stand here too."""
        return cast("Project", self)


class StepCard(NamedTuple):
    """A step to report on, with who leads it and what is shown of its project."""

    step: Step
    organisation: str
    person: str | None
    project: ProjectCard


_PROJECT = (
    Project.id,
    Project.public_id,
    Project.title,
    Project.description,
    Project.kind,
    Project.synergy_type,
    Project.stage,
    Project.state,
    Project.ended_reason,
    Project.territory_id,
)
_NAMES = (ActionPlan.title, Theme.title, ActivityZone.name)
_TERRITORY = (Territory.id, Territory.public_id, Territory.name, Territory.time_zone)
_PARTNER = (
    Partner.public_id,
    Partner.organisation_id,
    Partner.role,
    Partner.state,
    Partner.confirmed_at,
    Organisation.name,
)
_LEAD = aliased(Organisation)
_STEP = (Step, _LEAD.name, Person.name)
_PROJECT_COLUMNS = (*_PROJECT, *_NAMES, *_TERRITORY, *_PARTNER)
# where each group of columns begins
_AT_NAMES = len(_PROJECT)
_AT_TERRITORY = _AT_NAMES + len(_NAMES)
_AT_PARTNER = _AT_TERRITORY + len(_TERRITORY)
_AT_STEP = len(_PROJECT_COLUMNS)


def project_card(session: Session, viewer: Viewer, public_id: str) -> ProjectCard | None:
    """The project of this public id, None for whoever does not see it."""
    rows = _PROJECT_CARD.rows(session, viewer, public_id=public_id)
    return _card(rows) if rows else None


def step_card(session: Session, viewer: Viewer, public_id: str) -> StepCard | None:
    """The step of this public id, None for whoever may not read it."""
    rows = _STEP_CARD.by_orm(session, viewer, public_id=public_id).all()
    if not rows:
        return None
    return StepCard._make([*rows[0][_AT_STEP:], _card(rows)])


def line_of_step(card: StepCard, today: date) -> StepLine:
    """The step as its list shows it now, without reading again what the card knows."""
    step = card.step
    return StepLine(
        id=step.id,
        public_id=step.public_id,
        title=step.title,
        status=step.status,
        due_on=step.due_on,
        due_text=step.due_text,
        is_milestone=step.is_milestone,
        done_on=step.done_on,
        news_on=step.news_on,
        barrier=step.barrier,
        barrier_note=step.barrier_note,
        version=step.version,
        organisation_id=step.lead_organisation_id,
        organisation=card.organisation,
        person_id=step.lead_person_id,
        person=card.person,
        late=is_late(step.status, step.due_on, today),
    )


def _card(rows: Sequence[Any]) -> ProjectCard:
    """One project from its rows, of which there is one for each partner."""
    first = rows[0]
    plan, theme, zone = first[_AT_NAMES:_AT_TERRITORY]
    return ProjectCard._make(
        [
            *first[:_AT_NAMES],
            Titled(plan),
            Titled(theme) if theme else None,
            Named(zone) if zone else None,
            TerritoryLine._make(first[_AT_TERRITORY:_AT_PARTNER]),
            [_partner(row) for row in rows if row[_AT_PARTNER] is not None],
        ]
    )


def _partner(row: Any) -> PartnerLine:
    *columns, organisation = row[_AT_PARTNER:_AT_STEP]
    return PartnerLine._make([*columns, Named(organisation)])


def _with_partners(visible: AnyRows) -> AnyRows:
    return (
        visible.join(ActionPlan, ActionPlan.id == Project.plan_id)
        .join(Territory, Territory.id == Project.territory_id)
        .outerjoin(Theme, Theme.id == Project.theme_id)
        .outerjoin(ActivityZone, ActivityZone.id == Project.zone_id)
        .outerjoin(Partner, Partner.project_id == Project.id)
        .outerjoin(Organisation, Organisation.id == Partner.organisation_id)
        .order_by(Partner.id)
    )


def _project_rows(viewer: Viewer) -> AnyRows:
    visible = visible_projects(viewer).where(Project.public_id == bindparam("public_id"))
    return _with_partners(visible.with_only_columns(*_PROJECT_COLUMNS))


def _step_rows(viewer: Viewer) -> AnyRows:
    visible = (
        visible_steps(viewer)
        .where(Step.public_id == bindparam("public_id"))
        .join(_LEAD, _LEAD.id == Step.lead_organisation_id)
        .outerjoin(Person, Person.id == Step.lead_person_id)
    )
    return _with_partners(visible.with_only_columns(*_PROJECT_COLUMNS, *_STEP))


_PROJECT_CARD = Prepared(_project_rows)
_STEP_CARD = Prepared(_step_rows)
