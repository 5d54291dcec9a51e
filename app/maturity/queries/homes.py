"""In which project the steps that a criterion still wants are made."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from app.maturity.models import Evidence
from app.plans.kinds import ProjectKind, ProjectState
from app.plans.models import Project


def homes(session: Session, territory_id: int, framework_key: str) -> Sequence[Project]:
    """Running projects, the likeliest first.

    Actions of the collectivité go before synergies, and among them the one that was linked to
    this framework last: what a référentiel asks is mostly the facilitation's own to do.
    """
    last = (
        select(func.max(Evidence.id))
        .where(
            Evidence.project_id == Project.id,
            Evidence.framework_key == framework_key,
            Evidence.removed_at.is_(None),
        )
        .correlate(Project)
        .scalar_subquery()
    )
    return session.scalars(
        select(Project)
        .where(Project.territory_id == territory_id, Project.state == ProjectState.ACTIVE)
        .options(joinedload(Project.territory))
        .order_by(
            case((Project.kind == ProjectKind.ACTION, 0), else_=1),
            last.desc().nulls_last(),
            Project.rank,
            Project.id,
        )
    ).all()
