"""The patterns to start from: those that come with Maillage, and a territory's own."""

from __future__ import annotations

from sqlalchemy import Select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.viewer import Viewer
from app.plans.kinds import ProjectState
from app.plans.models import ActionPlan, Partner, Project, SavedPattern
from app.plans.patterns import Family, Pattern, PatternStep, Role, shipped
from app.plans.rules import visible_patterns, visible_projects

# what an outline reads of a project
WHOLE = (
    selectinload(Project.steps),
    selectinload(Project.flows),
    selectinload(Project.partners).joinedload(Partner.organisation),
    joinedload(Project.territory),
    joinedload(Project.theme),
)


def own_patterns(session: Session, viewer: Viewer, plan: ActionPlan) -> list[Pattern]:
    """Those that the plan's territory keeps, in the order of their titles."""
    kept = visible_patterns(viewer).where(
        SavedPattern.territory_id == plan.territory_id, SavedPattern.retired_at.is_(None)
    )
    return [as_pattern(one) for one in session.scalars(_whole(kept.order_by(SavedPattern.title)))]


def pattern_by_key(
    session: Session, viewer: Viewer, plan: ActionPlan, key: str
) -> tuple[Pattern, SavedPattern | None] | None:
    """A pattern by its key or public id, with its row where it is the territory's own."""
    if key in shipped():
        return shipped()[key], None
    kept = visible_patterns(viewer).where(
        SavedPattern.territory_id == plan.territory_id, SavedPattern.public_id == key
    )
    row = session.scalar(_whole(kept))
    return (as_pattern(row), row) if row else None


def _whole(patterns: Select[SavedPattern]) -> Select[SavedPattern]:
    return patterns.options(selectinload(SavedPattern.roles), selectinload(SavedPattern.steps))


def as_pattern(saved: SavedPattern) -> Pattern:
    """A saved pattern as the value that everything else works with."""
    return Pattern(
        key=saved.public_id,
        family=Family.OWN,
        title=saved.title,
        summary=saved.summary,
        synergy=saved.synergy_type,
        roles=tuple(Role(role.key, role.title, role.part) for role in saved.roles),
        steps=tuple(
            PatternStep(step.title, step.role, step.after, step.is_milestone)
            for step in saved.steps
        ),
    )


def copyable_projects(session: Session, viewer: Viewer, plan: ActionPlan) -> list[Project]:
    """The projects of a plan that are worth copying, whole, in the plan's order."""
    query = (
        visible_projects(viewer)
        .where(Project.plan_id == plan.id, Project.state != ProjectState.ABANDONED)
        .options(*WHOLE)
        .order_by(Project.rank, Project.id)
    )
    return list(session.scalars(query))
