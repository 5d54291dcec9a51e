"""Who sees which territories and organisations, and who may change them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, exists, false, or_, select

from app.accounts.models import Organisation, Person, Territory, organisation_territory
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


def visible_organisations(viewer: Viewer) -> Select[Organisation]:
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


def may_see_organisation(viewer: Viewer, organisation: Organisation) -> bool:
    """The predicate beside `visible_organisations`."""
    return (
        viewer.is_operator
        or organisation.id in viewer.organisations
        or any(territory.id in viewer.follows for territory in organisation.territories)
    )


def may_see_contacts(viewer: Viewer, organisation: Organisation) -> bool:
    """Telephone and address of its people: its own members, who animates, the operator.

    Who looks on (funder, elected official) reads names and functions.
    """
    return organisation.id in viewer.organisations or may_manage_organisation(viewer, organisation)


def may_create_organisation(viewer: Viewer, territory: Territory) -> bool:
    """Who animates the territory, and the operator."""
    return viewer.is_operator or may_animate(viewer, territory)


def may_manage_organisation(viewer: Viewer, organisation: Organisation) -> bool:
    """Its managers, the pilots of its territories, the operator."""
    return (
        viewer.is_operator
        or organisation.id in viewer.manages
        or any(territory.id in viewer.animates for territory in organisation.territories)
    )


def may_admit(viewer: Viewer, organisation: Organisation) -> bool:
    """Who lets people in: its managers, who animates all of its territories, the operator.

    A member reads what the organisation reads, in each of its territories: whoever animates one
    of two may not open the other by inviting somebody of their own.
    """
    territories = {territory.id for territory in organisation.territories}
    return (
        viewer.is_operator
        or organisation.id in viewer.manages
        or (bool(territories) and territories <= viewer.animates)
    )


def may_edit_person(viewer: Viewer, person: Person, *, has_account: bool) -> bool:
    """Name and addresses of a contact: who may admit to each of its organisations.

    With an account they are the person's own affair: whoever sets the address could sign in.
    """
    if has_account or person.anonymised_at is not None:
        return False
    present = [place for place in person.memberships if place.ended_on is None]
    return bool(present) and all(may_admit(viewer, place.organisation) for place in present)
