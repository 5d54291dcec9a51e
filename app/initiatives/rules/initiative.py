"""Who leads the démarche on; whoever sees the plan reads where it stands (docs/roles.md)."""

from __future__ import annotations

from app.core.viewer import Viewer
from app.plans.models import ActionPlan


def may_lead_initiative(viewer: Viewer, plan: ActionPlan) -> bool:
    """Pass to a stage, tick a condition, choose the pilot zone: who animates the territory."""
    return plan.territory_id in viewer.animates
