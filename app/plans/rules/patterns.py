"""Who starts projects from patterns, keeps patterns, and takes a plan elsewhere."""

from __future__ import annotations

from sqlalchemy import Select, exists, select

from app.core.viewer import Viewer
from app.plans.models import ActionPlan, Project, SavedPattern
from app.plans.rules.projects import drives, proposable_plans, reads_steps


def visible_patterns(viewer: Viewer) -> Select[SavedPattern]:
    """A territory's own patterns, for whoever may open a project there."""
    there = exists(
        proposable_plans(viewer)
        .where(ActionPlan.territory_id == SavedPattern.territory_id)
        .with_only_columns(ActionPlan.id)
        .correlate(SavedPattern)
    )
    return select(SavedPattern).where(there)


def may_retire_pattern(viewer: Viewer, pattern: SavedPattern) -> bool:
    """Who animates the territory keeps its patterns."""
    return pattern.territory_id in viewer.animates


def may_save_pattern(viewer: Viewer, project: Project) -> bool:
    """Whoever drives the project: everybody who opens projects there reads its steps then."""
    return drives(viewer, project)


def may_copy_project(viewer: Viewer, project: Project) -> bool:
    """Who reads its steps; where the copy goes is asked of the plan."""
    return project.territory_id not in viewer.observes and reads_steps(viewer, project)


def may_roll_out(viewer: Viewer, plan: ActionPlan) -> bool:
    """Take a plan to another zone: who animates the territory."""
    return plan.territory_id in viewer.animates
