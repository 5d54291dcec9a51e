"""What « Aujourd’hui » reads beside other rooms' own queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation, Person, Territory
from app.core.calendar import next_working_day
from app.core.viewer import Viewer
from app.journal.kinds import Action
from app.journal.models import Change
from app.plans.kinds import (
    OPEN_STATUSES,
    BarrierKind,
    PartnerRole,
    PartnerState,
    ProjectState,
    Stage,
    StepStatus,
)
from app.plans.models import Partner, Project, Step
from app.plans.rules import CARRYING
from app.reminders.queries.facts import territories, world_around
from app.reminders.schedule.fold import PlannedMail, outlook

UNDECIDED_FOR = timedelta(days=14)
STUCK_FOR = timedelta(days=7)
SILENT_FOR = timedelta(days=30)
MOST = 50


@dataclass(frozen=True)
class Draft:
    public_id: str
    title: str
    opened_at: datetime


@dataclass(frozen=True)
class Approached:
    """An organisation named as a partner some time ago, whose yes is still missing."""

    organisation: str
    phone: str | None
    project: str
    project_public_id: str


@dataclass(frozen=True)
class Stuck:
    """A step that somebody said is blocked, and that nobody has freed."""

    title: str
    organisation: str
    project: str
    project_public_id: str
    barrier: BarrierKind | None
    since: date


@dataclass(frozen=True)
class OwnProject:
    """A project that the viewer's organisation carries, in whichever territory."""

    public_id: str
    title: str
    territory: str
    stage: Stage
    blocked: int
    past_due: int
    is_silent: bool


def drafts(session: Session, territory_id: int) -> list[Draft]:
    """Projects that nobody has been told of, the oldest first."""
    rows = session.execute(
        select(Project.public_id, Project.title, Project.created_at)
        .where(Project.territory_id == territory_id, Project.state == ProjectState.DRAFT)
        .order_by(Project.created_at)
        .limit(MOST)
    )
    return [Draft(*row) for row in rows]


@dataclass(frozen=True)
class Leaderless:
    """A running project whose lead has left it."""

    public_id: str
    title: str


def leaderless(session: Session, territory_id: int) -> list[Leaderless]:
    """Running projects that nobody leads, in the order of the plan."""
    led = exists().where(
        Partner.project_id == Project.id,
        Partner.role == PartnerRole.LEAD,
        Partner.state != PartnerState.RETIRED,
    )
    rows = session.execute(
        select(Project.public_id, Project.title)
        .where(
            Project.territory_id == territory_id,
            Project.state.in_((ProjectState.ACTIVE, ProjectState.PAUSED)),
            ~led,
        )
        .order_by(Project.rank, Project.id)
        .limit(MOST)
    )
    return [Leaderless(*row) for row in rows]


def approached(session: Session, territory_id: int, now: datetime) -> list[Approached]:
    """Partners « pressenti » for more than two weeks in a project that runs."""
    just_named = exists().where(
        Change.entity == "Partner",
        Change.entity_id == Partner.id,
        Change.action == Action.CREATED,
        Change.at > now - UNDECIDED_FOR,
    )
    rows = session.execute(
        select(Organisation.name, Organisation.phone, Project.title, Project.public_id)
        .join(Partner, Partner.organisation_id == Organisation.id)
        .join(Project, Project.id == Partner.project_id)
        .where(
            Partner.territory_id == territory_id,
            Partner.state == PartnerState.APPROACHED,
            Project.state.in_((ProjectState.ACTIVE, ProjectState.PAUSED)),
            ~just_named,
        )
        .order_by(Organisation.search_key)
        .limit(MOST)
    )
    return [Approached(*row) for row in rows]


def stuck(session: Session, territory_id: int, today: date) -> list[Stuck]:
    """Steps blocked for more than a week: their answer has left the list above."""
    rows: Any = session.execute(
        select(
            Step.title,
            Organisation.name,
            Project.title,
            Project.public_id,
            Step.barrier,
            Step.blocked_on,
        )
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .where(
            Step.territory_id == territory_id,
            Step.status == StepStatus.BLOCKED,
            Step.blocked_on < today - STUCK_FOR,
            Project.state == ProjectState.ACTIVE,
        )
        .order_by(Step.blocked_on, Step.id)
        .limit(MOST)
    )
    return [Stuck(*row) for row in rows]


def next_own_day(today: date, zone: str, work_days: str | None) -> date:
    """The next working day after today on which somebody works who has these days of the week."""
    day = next_working_day(today + timedelta(days=1), zone)
    while work_days and str(day.isoweekday()) not in work_days:
        day = next_working_day(day + timedelta(days=1), zone)
    return day


def work_days_of(session: Session, person_id: int) -> str | None:
    return session.scalar(select(Person.work_days).where(Person.id == person_id))


def leaving(session: Session, territory: Territory, today: date, last: date) -> list[PlannedMail]:
    """The mails of this territory that leave from today to another day."""
    known = territories(session)
    seen = world_around(session, known, territory_id=territory.id, first=today, last=last)
    coming = outlook(seen.facts, seen.ledger, today, (last - today).days + 1, seen.watch)
    return [
        mail
        for mail in coming.mails
        if any(told.step.territory.id == territory.id for told in mail.told)
    ]


def advises(session: Session, viewer: Viewer) -> bool:
    """Whether this person works for a chamber: their projects lie in several territories."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Organisation.id.in_(viewer.organisations),
                    Organisation.kind == OrganisationKind.CHAMBER,
                )
            )
        )
    )


def own_projects(session: Session, viewer: Viewer, today: date, now: datetime) -> list[OwnProject]:
    """Running projects carried by the viewer's organisations, the stuck and silent first."""
    counts = _counts_of_steps(today)
    blocked = func.coalesce(counts.c.blocked, 0)
    late = func.coalesce(counts.c.past_due, 0)
    spoke = exists().where(Change.project_id == Project.id, Change.at > now - SILENT_FOR)
    rows = session.execute(
        select(
            Project.public_id, Project.title, Territory.name, Project.stage, blocked, late, ~spoke
        )
        .join(Territory, Territory.id == Project.territory_id)
        .outerjoin(counts, counts.c.project_id == Project.id)
        .where(Project.state == ProjectState.ACTIVE, _carried_by(viewer))
        .order_by(blocked.desc(), late.desc(), Territory.name, Project.rank)
        .limit(MOST)
    )
    return [
        OwnProject(public_id, title, territory, stage, blocked, past_due, bool(silent))
        for public_id, title, territory, stage, blocked, past_due, silent in rows
    ]


def _counts_of_steps(today: date) -> Subquery:
    """By project: how many steps are blocked, and how many open ones are past their date."""
    is_late = and_(Step.due_on < today, Step.status.in_(OPEN_STATUSES))
    return (
        select(
            Step.project_id,
            func.sum(case((Step.status == StepStatus.BLOCKED, 1), else_=0)).label("blocked"),
            func.sum(case((is_late, 1), else_=0)).label("past_due"),
        )
        .group_by(Step.project_id)
        .subquery()
    )


def _carried_by(viewer: Viewer) -> ColumnElement[bool]:
    """Whether one of the viewer's organisations carries the Project row."""
    return exists().where(
        Partner.project_id == Project.id,
        Partner.organisation_id.in_(viewer.organisations),
        Partner.state != PartnerState.RETIRED,
        Partner.role.in_(CARRYING),
    )


def fellows(
    session: Session, viewer: Viewer, project_public_ids: Collection[str]
) -> dict[str, list[str]]:
    """With whom: the other organisations of some projects, by the project's public id."""
    rows = session.execute(
        select(Project.public_id, Organisation.name)
        .join(Partner, Partner.project_id == Project.id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(
            Project.public_id.in_(project_public_ids),
            Partner.state != PartnerState.RETIRED,
            Partner.role.in_(CARRYING),
            Organisation.id.not_in(viewer.organisations),
        )
        .order_by(Organisation.search_key)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for project, organisation in rows:
        found[project].append(organisation)
    return found
