"""Who sees which territories and organisations, and who may change them."""

from __future__ import annotations

from sqlalchemy import Select, exists, false, or_, select

from app.accounts.models import Organisation, Territory, organisation_territory
from app.core.viewer import Viewer


def visible_territories(viewer: Viewer) -> Select[tuple[Territory]]:
    """Those of the viewer's roles and of the viewer's organisations; all to the operator."""
    query = select(Territory)
    if viewer.is_operator:
        return query
    linked = exists().where(
        organisation_territory.c.territory_id == Territory.id,
        organisation_territory.c.organisation_id.in_(viewer.organisations),
    )
    return query.where(or_(Territory.id.in_(viewer.follows), linked))


def animated_territories(viewer: Viewer) -> Select[tuple[Territory]]:
    """Those whose démarche the viewer drives: a stranger's page answers 404, not 403."""
    return select(Territory).where(Territory.id.in_(viewer.animates))


def followed_territories(viewer: Viewer) -> Select[tuple[Territory]]:
    """Those where the viewer has a role of the territory: the audience of its whole picture."""
    return select(Territory).where(Territory.id.in_(viewer.follows))


def visible_organisations(viewer: Viewer) -> Select[tuple[Organisation]]:
    """Organisations of territories the viewer follows, and the viewer's own."""
    query = select(Organisation)
    if viewer.is_operator:
        return query
    in_followed = (
        exists().where(
            organisation_territory.c.organisation_id == Organisation.id,
            organisation_territory.c.territory_id.in_(viewer.follows),
        )
        if viewer.follows
        else false()
    )
    return query.where(or_(in_followed, Organisation.id.in_(viewer.organisations)))


def may_animate(viewer: Viewer, territory: Territory) -> bool:
    """Pilots and facilitators drive the territory's démarche."""
    return territory.id in viewer.animates


def may_manage_organisation(viewer: Viewer, organisation: Organisation) -> bool:
    """Its managers, the pilots of its territories, the operator."""
    return (
        viewer.is_operator
        or organisation.id in viewer.manages
        or any(territory.id in viewer.animates for territory in organisation.territories)
    )
