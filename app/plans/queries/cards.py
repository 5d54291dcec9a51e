"""A project, and one of its steps, as pages and rules read them: one statement each.

Fourteen entities for one page would take twice the time of everything else on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone, Organisation, Person, Territory
from app.core.database import adopt
from app.core.prepared import AnyRows, Prepared
from app.core.viewer import Viewer
from app.plans.kinds import PartnerRole, PartnerState, ProjectKind, ProjectState, Stage, SynergyType
from app.plans.models import ActionPlan, Partner, Project, Step, Theme
from app.plans.queries.project import STEP_COUNTS, StepLine, is_late
from app.plans.rules import ENDED, edits_project, visible_projects, visible_steps


class TerritoryLine(NamedTuple):
    id: int
    public_id: str
    name: str
    time_zone: str


class Titled(NamedTuple):
    title: str


class ThemeLine(NamedTuple):
    title: str
    lead_organisation_id: int | None


class Named(NamedTuple):
    name: str


class Bearer(NamedTuple):
    """An organisation as a link to its page needs it."""

    name: str
    public_id: str


class PartnerLine(NamedTuple):
    public_id: str
    organisation_id: int
    role: PartnerRole
    state: PartnerState
    confirmed_at: datetime | None
    organisation: Bearer


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
    theme: ThemeLine | None
    zone: Named | None
    territory: TerritoryLine
    partners: list[PartnerLine]

    @property
    def as_project(self) -> Project:
        """Rules and templates read a project by names that stand here too."""
        return cast("Project", self)


class StepCard(NamedTuple):
    """A step to report on, with who leads it, what is shown of its project, and `may_edit` it."""

    step: Step
    organisation: str
    person: str | None
    project: str
    project_public_id: str
    project_ended: bool
    may_edit: bool
    checks: int
    ticked: int
    waits_for: int
    awaited_by: int
    territory: TerritoryLine


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
_NAMES = (ActionPlan.title, Theme.title, Theme.lead_organisation_id, ActivityZone.name)
_TERRITORY = (Territory.id, Territory.public_id, Territory.name, Territory.time_zone)
_PARTNER = (
    Partner.public_id,
    Partner.organisation_id,
    Partner.role,
    Partner.state,
    Partner.confirmed_at,
    Organisation.name,
    Organisation.public_id,
)
# where each group of columns begins
_AT_NAMES = len(_PROJECT)
_AT_TERRITORY = _AT_NAMES + len(_NAMES)
_AT_PARTNER = _AT_TERRITORY + len(_TERRITORY)


def project_card(session: Session, viewer: Viewer, public_id: str) -> ProjectCard | None:
    """The project of this public id, None for whoever does not see it."""
    rows = _PROJECT_CARD.rows(session, viewer, public_id=public_id)
    return _card(rows) if rows else None


def step_card(session: Session, viewer: Viewer, public_id: str) -> StepCard | None:
    """The step of this public id, None for whoever may not read it."""
    rows = _STEP_CARD.rows(session, viewer, public_id=public_id)
    if not rows:
        return None
    row = rows[0]
    step = adopt(session, Step, dict(zip(_STEP_NAMES, row[_AT_STEP:], strict=True)))
    territory = TerritoryLine._make(row[_AT_STEP_TERRITORY:_AT_STEP])
    return StepCard._make([step, *row[:_AT_STEP_TERRITORY], territory])


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
        times_moved=step.times_moved,
        checks=card.checks,
        ticked=card.ticked,
        waits_for=card.waits_for,
        awaited_by=card.awaited_by,
        late=is_late(step.status, step.due_on, today),
    )


def _card(rows: Sequence[Any]) -> ProjectCard:
    """One project from its rows, of which there is one for each partner."""
    first = rows[0]
    plan, theme, theme_lead, zone = first[_AT_NAMES:_AT_TERRITORY]
    return ProjectCard._make(
        [
            *first[:_AT_NAMES],
            Titled(plan),
            ThemeLine(theme, theme_lead) if theme else None,
            Named(zone) if zone else None,
            TerritoryLine._make(first[_AT_TERRITORY:_AT_PARTNER]),
            [_partner(row) for row in rows if row[_AT_PARTNER] is not None],
        ]
    )


def _partner(row: Any) -> PartnerLine:
    *columns, name, public_id = row[_AT_PARTNER:]
    return PartnerLine._make([*columns, Bearer(name, public_id)])


def _project_rows(viewer: Viewer) -> AnyRows:
    return (
        visible_projects(viewer)
        .where(Project.public_id == bindparam("public_id"))
        .with_only_columns(*_PROJECT, *_NAMES, *_TERRITORY, *_PARTNER)
        .join(ActionPlan, ActionPlan.id == Project.plan_id)
        .join(Territory, Territory.id == Project.territory_id)
        .outerjoin(Theme, Theme.id == Project.theme_id)
        .outerjoin(ActivityZone, ActivityZone.id == Project.zone_id)
        .outerjoin(Partner, Partner.project_id == Project.id)
        .outerjoin(Organisation, Organisation.id == Partner.organisation_id)
        .order_by(Partner.id)
    )


def _step_row(viewer: Viewer) -> AnyRows:
    ended, may_edit = Project.state.in_(ENDED), edits_project(viewer)
    named = (Organisation.name, Person.name, Project.title, Project.public_id, ended, may_edit)
    return (
        visible_steps(viewer)
        .where(Step.public_id == bindparam("public_id"))
        .with_only_columns(*named, *STEP_COUNTS, *_TERRITORY, *Step.__table__.columns)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .join(Territory, Territory.id == Project.territory_id)
        .outerjoin(Person, Person.id == Step.lead_person_id)
    )


_PROJECT_CARD = Prepared(_project_rows)
_STEP_CARD = Prepared(_step_row)
_STEP_NAMES = Step.__table__.columns.keys()
_AT_STEP_TERRITORY = len(StepCard._fields) - 2
_AT_STEP = _AT_STEP_TERRITORY + len(_TERRITORY)
