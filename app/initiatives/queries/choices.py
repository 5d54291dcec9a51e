"""What forms of this room offer to choose from."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.viewer import Viewer
from app.initiatives.models import WorkingGroup
from app.plans.models import Project, Theme
from app.plans.rules import edits_project, lists_project

Pair = tuple[int, str]


def group_choices(session: Session, territory_id: int, of_group: int | None) -> list[Pair]:
    """Groups that still meet, and the one that a meeting was of."""
    rows = session.execute(
        select(WorkingGroup.id, WorkingGroup.title)
        .where(
            WorkingGroup.territory_id == territory_id,
            or_(WorkingGroup.ended_on.is_(None), WorkingGroup.id == of_group),
        )
        .order_by(WorkingGroup.kind, WorkingGroup.title, WorkingGroup.id)
    )
    return [(row[0], row[1]) for row in rows]


def project_choices(session: Session, viewer: Viewer, territory_id: int) -> list[Pair]:
    """Projects that this viewer may write steps into, in the order of the plan."""
    rows = session.execute(
        select(Project.id, Project.title)
        .where(Project.territory_id == territory_id, edits_project(viewer))
        .order_by(Project.rank, Project.id)
    )
    return [(row[0], row[1]) for row in rows]


def projects_seen(session: Session, viewer: Viewer, territory_id: int) -> list[Pair]:
    """Projects that a meeting may be about, ended ones as well."""
    rows = session.execute(
        select(Project.id, Project.title)
        .where(Project.territory_id == territory_id, lists_project(viewer))
        .order_by(Project.rank, Project.id)
    )
    return [(row[0], row[1]) for row in rows]


def theme_choices(session: Session, territory_id: int) -> list[Pair]:
    rows = session.execute(
        select(Theme.id, Theme.title)
        .where(Theme.territory_id == territory_id)
        .order_by(Theme.plan_id, Theme.rank)
    )
    return [(row[0], row[1]) for row in rows]
