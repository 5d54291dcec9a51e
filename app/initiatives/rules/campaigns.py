"""Who sees contact campaigns: who animates, since a refusal names a firm (domain.md §6)."""

from __future__ import annotations

from sqlalchemy import Select, select

from app.core.viewer import Viewer
from app.initiatives.models import Campaign


def visible_campaigns(viewer: Viewer) -> Select[Campaign]:
    """Those of the territories that the viewer drives; they may do everything there."""
    return select(Campaign).where(Campaign.territory_id.in_(viewer.animates))
