"""The themes of a plan: who drives each, what waits there, what is offered to somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask, Organisation, Person
from app.agreements.rules import may_drive_theme
from app.core.clock import local_day
from app.core.viewer import Viewer
from app.plans.kinds import OPEN_STATUSES, ProjectState
from app.plans.models import ActionPlan, Project, Step, Theme
from app.plans.rules import sees_project


@dataclass(frozen=True)
class Waiting:
    """What is not over in a theme: running projects, and their open steps."""

    projects: int = 0
    steps: int = 0


@dataclass(frozen=True)
class Offered:
    """The organisation that was asked to take a theme over, and has not answered yet."""

    organisation: str
    asked_on: date


@dataclass(frozen=True)
class ThemeLine:
    """One theme; without an `organisation` the territory's team drives it."""

    public_id: str
    title: str
    organisation: str | None
    person: str | None
    waiting: Waiting
    offered: Offered | None
    may_pass_on: bool


@dataclass(frozen=True)
class Themes:
    lines: list[ThemeLine]
    without_theme: int
    """Running projects that stand under no theme."""


def themes_of(session: Session, viewer: Viewer, plan: ActionPlan, now: datetime) -> Themes:
    """In three statements; counted are only projects that the viewer sees."""
    rows = session.execute(
        select(Theme, Organisation.name, Person.name)
        .outerjoin(Organisation, Organisation.id == Theme.lead_organisation_id)
        .outerjoin(Person, Person.id == Theme.lead_person_id)
        .where(Theme.plan_id == plan.id)
        .order_by(Theme.rank, Theme.id)
    ).all()
    waiting = _waiting(session, plan.id, sees_project(viewer))
    driven = {theme.id for theme, *_ in rows if may_drive_theme(viewer, theme)}
    offered = _offered(session, driven, plan.territory.time_zone, now) if driven else {}
    return Themes(
        lines=[
            ThemeLine(
                public_id=theme.public_id,
                title=theme.title,
                organisation=organisation,
                person=person,
                waiting=waiting.get(theme.id, Waiting()),
                offered=offered.get(theme.id),
                may_pass_on=theme.id in driven,
            )
            for theme, organisation, person in rows
        ],
        without_theme=waiting.get(None, Waiting()).projects,
    )


def _waiting(
    session: Session, plan_id: int, seen: ColumnElement[bool]
) -> dict[int | None, Waiting]:
    """By the theme's id; None for projects that have none."""
    rows = session.execute(
        select(Project.theme_id, func.count(Project.id.distinct()), func.count(Step.id))
        .outerjoin(Step, and_(Step.project_id == Project.id, Step.status.in_(OPEN_STATUSES)))
        .where(Project.plan_id == plan_id, Project.state == ProjectState.ACTIVE, seen)
        .group_by(Project.theme_id)
    )
    return {theme_id: Waiting(projects, steps) for theme_id, projects, steps in rows}


def _offered(
    session: Session, theme_ids: Iterable[int], zone: str, now: datetime
) -> dict[int, Offered]:
    rows = session.execute(
        select(Ask.subject_id, Organisation.name, Ask.asked_at)
        .join(Organisation, Organisation.id == Ask.asked_organisation_id)
        .where(
            Ask.kind == AskKind.HAND_OVER,
            Ask.subject_kind == "theme",
            Ask.subject_id.in_(theme_ids),
            Ask.state == AskState.OPEN,
            Ask.expires_at > now,
        )
    )
    return {theme_id: Offered(name, local_day(at, zone)) for theme_id, name, at in rows}
