"""Who sees which territories, and who drives them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, exists, false, or_, select, true

from app.accounts.models import Organisation, Territory, organisation_territory
from app.core.viewer import Viewer


def visible_territories(viewer: Viewer) -> Select[Territory]:
    """Those of the viewer's roles and of the viewer's organisations; all to the operator."""
    query = select(Territory)
    if viewer.is_operator:
        return query
    linked = exists().where(
        organisation_territory.c.territory_id == Territory.id,
        organisation_territory.c.organisation_id.in_(viewer.organisations),
    )
    return query.where(or_(Territory.id.in_(viewer.follows), linked))


def may_see_territory(viewer: Viewer, territory: Territory, own: Collection[Organisation]) -> bool:
    """The predicate beside `visible_territories`; `own` are the viewer's organisations."""
    return (
        viewer.is_operator
        or territory.id in viewer.follows
        or any(territory in organisation.territories for organisation in own)
    )


def animated_territories(viewer: Viewer) -> Select[Territory]:
    """Those whose démarche the viewer drives: a stranger's page answers 404, not 403."""
    return select(Territory).where(Territory.id.in_(viewer.animates))


def followed_territories(viewer: Viewer) -> Select[Territory]:
    """Those where the viewer has a role of the territory: the audience of its whole picture."""
    return select(Territory).where(Territory.id.in_(viewer.follows))


def operated_territories(viewer: Viewer) -> Select[Territory]:
    """All of them to the operator, none to anybody else."""
    return select(Territory).where(true() if viewer.is_operator else false())


def may_animate(viewer: Viewer, territory: Territory) -> bool:
    """Pilots and facilitators drive the territory's démarche."""
    return territory.id in viewer.animates


def may_set_territory(viewer: Viewer, territory: Territory) -> bool:
    """Its settings, its charter and what it tells about data are the pilot's to answer for."""
    return territory.id in viewer.pilots
