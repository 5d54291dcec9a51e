"""Who finds which views. What a view shows is asked of the plans' own rules (docs/roles.md)."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from app.core.viewer import Viewer
from app.overview.models import SavedView
from app.plans.models import ActionPlan
from app.plans.rules import visible_plans


def visible_views(viewer: Viewer) -> Select[SavedView]:
    """One's own, and those shared with whoever sees the plan."""
    plans = visible_plans(viewer).with_only_columns(ActionPlan.id)
    return select(SavedView).where(
        SavedView.plan_id.in_(plans),
        or_(SavedView.author_id == viewer.person_id, SavedView.is_shared.is_(True)),
    )


def may_keep_view(viewer: Viewer, view: SavedView) -> bool:
    """Rename, share, remove it: its author, and who animates the territory where it is shared."""
    if view.author_id == viewer.person_id:
        return True
    return view.is_shared and view.territory_id in viewer.animates
