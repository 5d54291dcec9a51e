"""The plan of a territory as it stood at two moments: rows of today, the change log undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation
from app.journal.kinds import Action
from app.journal.models import Change
from app.plans.kinds import (
    BarrierKind,
    PartnerRole,
    PartnerState,
    ProjectKind,
    ProjectState,
    Stage,
    StepStatus,
)
from app.plans.models import Partner, Project, Step, Theme
from app.plans.rules import CARRYING
from app.reports.history import History, LogEntry

# what stands in the plan: a draft was shown to nobody, an abandoned project is counted apart
STANDING = (ProjectState.ACTIVE, ProjectState.PAUSED, ProjectState.CLOSED)
RUNNING = (ProjectState.ACTIVE, ProjectState.CLOSED)
WORKING = (Stage.OPERATIONAL, Stage.LASTING)


@dataclass(frozen=True)
class PartnerThen:
    organisation_id: int
    name: str
    kind: OrganisationKind
    named_publicly: bool
    role: PartnerRole
    state: PartnerState

    @property
    def is_engaged_company(self) -> bool:
        """Only a confirmed firm that carries the project counts as engaged (domain.md §6)."""
        return (
            self.kind is OrganisationKind.COMPANY
            and self.state is PartnerState.CONFIRMED
            and self.role in CARRYING
        )


@dataclass(frozen=True)
class StepThen:
    status: StepStatus
    barrier: BarrierKind | None
    due_on: date | None
    done_on: date | None


@dataclass(frozen=True)
class ProjectThen:
    """A project at a moment, with its partners of that moment."""

    id: int
    public_id: str
    title: str
    theme: str | None
    kind: ProjectKind
    stage: Stage
    state: ProjectState
    partners: tuple[PartnerThen, ...]

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_working_synergy(self) -> bool:
        """« Opérationnelle » is a rule that the verb `move_stage` has checked."""
        return self.is_running and self.kind is ProjectKind.SYNERGY and self.stage in WORKING

    @property
    def engaged_companies(self) -> frozenset[int]:
        return frozenset(p.organisation_id for p in self.partners if p.is_engaged_company)


@dataclass(frozen=True)
class Rows:
    """What four statements read of a territory."""

    projects: Sequence[Any]
    partners: Sequence[Any]
    steps: Sequence[Any]
    history: History


def read_rows(session: Session, territory_id: int, *, since: datetime, until: datetime) -> Rows:
    """The plan of today, and what is needed to see it as it stood between two moments.

    Steps are only looked at as they stood at `until`; their log is read from there on.
    """
    return Rows(
        projects=session.execute(_projects(territory_id)).all(),
        partners=session.execute(_partners(territory_id)).all(),
        steps=session.execute(_steps(territory_id)).all(),
        history=_history(session, territory_id, since, until),
    )


def _projects(territory_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Project.id,
            Project.public_id,
            Project.title,
            Theme.title.label("theme"),
            Project.kind,
            Project.stage,
            Project.state,
            Project.created_at,
        )
        .outerjoin(Theme, Theme.id == Project.theme_id)
        .where(Project.territory_id == territory_id)
        .order_by(Project.rank, Project.id)
    )


def _partners(territory_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Partner.id,
            Partner.project_id,
            Partner.role,
            Partner.state,
            Organisation.id.label("organisation_id"),
            Organisation.name,
            Organisation.kind,
            Organisation.named_publicly,
        )
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.territory_id == territory_id)
        .order_by(Organisation.search_key)
    )


def _steps(territory_id: int) -> Select[*tuple[Any, ...]]:
    return select(
        Step.id,
        Step.project_id,
        Step.status,
        Step.barrier,
        Step.due_on,
        Step.done_on,
        Step.created_at,
    ).where(Step.territory_id == territory_id)


def _history(session: Session, territory_id: int, since: datetime, until: datetime) -> History:
    rows = session.execute(
        select(Change.at, Change.entity, Change.entity_id, Change.action, Change.fields)
        .where(
            Change.territory_id == territory_id,
            or_(
                and_(Change.entity.in_(("Project", "Partner")), Change.at > since),
                and_(Change.entity == "Step", Change.at > until),
            ),
        )
        .order_by(Change.at, Change.id)
    )
    return History(
        LogEntry(at, entity, entity_id, action is Action.CREATED, fields)
        for at, entity, entity_id, action, fields in rows
    )


def projects_at(rows: Rows, moment: datetime) -> list[ProjectThen]:
    """The projects that were there at a moment, drafts left out, in the order of the plan."""
    partners = _partners_at(rows, moment)
    found = []
    for row in rows.projects:
        present = {"stage": row.stage.value, "state": row.state.value}
        stood = rows.history.row_at(moment, "Project", row.id, present)
        if stood is None or row.created_at > moment or stood["state"] == ProjectState.DRAFT:
            continue
        found.append(
            ProjectThen(
                id=row.id,
                public_id=row.public_id,
                title=row.title,
                theme=row.theme,
                kind=row.kind,
                stage=Stage(stood["stage"]),
                state=ProjectState(stood["state"]),
                partners=tuple(partners.get(row.id, ())),
            )
        )
    return found


def _partners_at(rows: Rows, moment: datetime) -> dict[int, list[PartnerThen]]:
    found: dict[int, list[PartnerThen]] = {}
    for row in rows.partners:
        present = {"role": row.role.value, "state": row.state.value}
        stood = rows.history.row_at(moment, "Partner", row.id, present)
        if stood is None or stood["state"] == PartnerState.RETIRED:
            continue
        found.setdefault(row.project_id, []).append(
            PartnerThen(
                organisation_id=row.organisation_id,
                name=row.name,
                kind=row.kind,
                named_publicly=row.named_publicly,
                role=PartnerRole(stood["role"]),
                state=PartnerState(stood["state"]),
            )
        )
    return found


def steps_at(rows: Rows, moment: datetime, project_ids: frozenset[int]) -> list[StepThen]:
    """The steps of some projects at a moment; `done_on` is today's, there is no other."""
    found = []
    for row in rows.steps:
        if row.project_id not in project_ids or row.created_at > moment:
            continue
        present = {
            "status": row.status.value,
            "barrier": row.barrier.value if row.barrier else None,
            "due_on": row.due_on.isoformat() if row.due_on else None,
        }
        stood = rows.history.row_at(moment, "Step", row.id, present)
        if stood is not None:
            found.append(_step(stood, row.done_on))
    return found


def _step(stood: Any, done_on: date | None) -> StepThen:
    return StepThen(
        status=StepStatus(stood["status"]),
        barrier=BarrierKind(stood["barrier"]) if stood["barrier"] else None,
        due_on=date.fromisoformat(stood["due_on"]) if stood["due_on"] else None,
        done_on=done_on,
    )
