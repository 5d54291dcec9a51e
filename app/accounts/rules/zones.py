"""Who reads the record of a zone, and who keeps it (docs/roles.md says it in a table)."""

from __future__ import annotations

from sqlalchemy import Select, select

from app.accounts.models import ActivityZone, Territory
from app.accounts.rules.territories import visible_territories
from app.core.viewer import Viewer


def visible_zones(viewer: Viewer) -> Select[ActivityZone]:
    """Those of the territories that the viewer sees: a zone's figures name no firm."""
    seen = visible_territories(viewer).with_only_columns(Territory.id)
    return select(ActivityZone).where(ActivityZone.territory_id.in_(seen))


def may_keep_zone(viewer: Viewer, zone: ActivityZone) -> bool:
    """Who animates the territory, and the operator, as for the list of zones."""
    return viewer.is_operator or zone.territory_id in viewer.animates
