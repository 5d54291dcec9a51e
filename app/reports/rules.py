"""Who reads the published states, and who publishes them (docs/roles.md)."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from app.accounts.models import Territory
from app.accounts.rules import visible_territories
from app.core.viewer import Viewer
from app.reports.models import Snapshot


def visible_snapshots(viewer: Viewer) -> Select[Snapshot]:
    """Whoever sees the territory; what was withdrawn, who animates it."""
    territories = visible_territories(viewer).with_only_columns(Territory.id)
    return select(Snapshot).where(
        Snapshot.territory_id.in_(territories),
        or_(Snapshot.withdrawn_at.is_(None), Snapshot.territory_id.in_(viewer.animates)),
    )


def may_publish(viewer: Viewer, territory: Territory) -> bool:
    """Say that this is how the territory stands: who animates it."""
    return territory.id in viewer.animates


def may_withdraw(viewer: Viewer, snapshot: Snapshot) -> bool:
    return snapshot.territory_id in viewer.animates
