"""The objectives of a framework and what feeds them here, as one viewer may read it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.viewer import Viewer
from app.frameworks.format import NodeDraft
from app.maturity.feeding import Objective, PlannedProject, objectives
from app.maturity.models import Evidence
from app.plans.kinds import ProjectState
from app.plans.models import Project, Theme
from app.plans.rules import lists_project


def fed_objectives(
    session: Session,
    viewer: Viewer,
    territory_id: int,
    framework_key: str,
    roots: tuple[NodeDraft, ...],
) -> tuple[Objective, ...]:
    """Two statements, whatever the plan's size. An abandoned project feeds nothing any more."""
    projects = session.execute(
        select(
            Project.id,
            Project.public_id,
            Project.title,
            Project.stage,
            Project.state,
            Theme.title,
            Theme.aliases,
        )
        .outerjoin(Theme, Theme.id == Project.theme_id)
        .where(
            Project.territory_id == territory_id,
            Project.state != ProjectState.ABANDONED,
            lists_project(viewer),
        )
        .order_by(Project.rank, Project.id)
    )
    links = session.execute(
        select(Evidence.ref, Evidence.project_id, Evidence.public_id)
        .where(
            Evidence.territory_id == territory_id,
            Evidence.framework_key == framework_key,
            Evidence.project_id.is_not(None),
            Evidence.removed_at.is_(None),
        )
        .order_by(Evidence.id)
    )
    return objectives(
        roots,
        [PlannedProject(*row[:6], row[6] or "") for row in projects],
        [(ref, project_id or 0, link) for ref, project_id, link in links],
    )
