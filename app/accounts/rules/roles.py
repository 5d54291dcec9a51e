"""Who sees the roles of a territory's team, and who gives and ends them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Select, or_, select

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Organisation, Person, Territory, TerritoryRole
from app.accounts.rules.territories import may_animate, may_see_territory, visible_territories
from app.core.viewer import Viewer

ONE_DAY = timedelta(days=1)


def visible_roles(viewer: Viewer) -> Select[TerritoryRole]:
    """Roles, present and ended, of people who are there, in territories that the viewer sees.

    One's own also where one no longer sees the territory: leaving can be taken back.
    """
    seen = visible_territories(viewer).with_only_columns(Territory.id)
    return (
        select(TerritoryRole)
        .join(TerritoryRole.person)
        .where(
            Person.anonymised_at.is_(None),
            or_(TerritoryRole.territory_id.in_(seen), Person.id == viewer.person_id),
        )
    )


def may_see_role(viewer: Viewer, role: TerritoryRole, own: Collection[Organisation]) -> bool:
    """The predicate beside `visible_roles`; `own` are the viewer's organisations."""
    is_there = role.person.anonymised_at is None
    is_own = role.person_id == viewer.person_id
    return is_there and (is_own or may_see_territory(viewer, role.territory, own))


def may_see_team_contacts(viewer: Viewer, territory: Territory) -> bool:
    """Telephone and address of who animates and observes: the team's drivers, the operator."""
    return viewer.is_operator or may_animate(viewer, territory)


def may_name(viewer: Viewer, territory_id: int, role: TerritoryRoleKind) -> bool:
    """Give a role of a territory, end it, take its end back: only pilots make pilots."""
    if role is TerritoryRoleKind.PILOT:
        return territory_id in viewer.pilots
    return territory_id in viewer.animates


def may_end_role(viewer: Viewer, role: TerritoryRole) -> bool:
    """One's own, and those one may give."""
    own = role.person_id == viewer.person_id
    return own or may_name(viewer, role.territory_id, role.role)


def may_change_role(viewer: Viewer, role: TerritoryRole) -> bool:
    """Who may give the role that is there; whether they may give the other one is asked again."""
    return may_name(viewer, role.territory_id, role.role)


def may_restore_role(viewer: Viewer, role: TerritoryRole, today: date) -> bool:
    """Take an end back, until the day after: who may give the role.

    Who left by herself comes back by herself: nobody is put back into a role.
    """
    if role.ended_on is None or today - role.ended_on > ONE_DAY:
        return False
    if role.own_leave:
        return role.person_id == viewer.person_id
    return may_name(viewer, role.territory_id, role.role)
