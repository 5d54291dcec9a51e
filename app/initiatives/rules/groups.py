"""Who sees which groups, and who keeps them (docs/roles.md)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from app.core.viewer import Viewer
from app.initiatives.models import GroupMember, WorkingGroup


def belongs_to_group(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which the viewer is of a WorkingGroup, by an organisation of theirs.

    Whoever has left it spoke there in its name. Who observes the territory is in a group by name
    or not at all.
    """
    acts = WorkingGroup.territory_id.not_in(viewer.observes)
    member = exists().where(
        GroupMember.group_id == WorkingGroup.id,
        GroupMember.organisation_id.in_(viewer.organisations),
        or_(GroupMember.person_id == viewer.person_id, acts),
    )
    return or_(
        member.correlate(WorkingGroup),
        and_(
            WorkingGroup.rapporteur_organisation_id.in_(viewer.organisations),
            or_(WorkingGroup.rapporteur_person_id == viewer.person_id, acts),
        ),
    )


def visible_groups(viewer: Viewer) -> Select[WorkingGroup]:
    """Those of territories that the viewer animates or observes, and those they are of."""
    query = select(WorkingGroup)
    if viewer.is_operator:
        return query
    return query.where(or_(WorkingGroup.territory_id.in_(viewer.follows), belongs_to_group(viewer)))


def is_of_group(viewer: Viewer, group: WorkingGroup) -> bool:
    """The predicate beside `belongs_to_group`; the members are loaded."""
    rapporteur = (group.rapporteur_organisation_id, group.rapporteur_person_id)
    places = [rapporteur, *((one.organisation_id, one.person_id) for one in group.members)]
    acts = group.territory_id not in viewer.observes
    return any(
        firm in viewer.organisations and (person == viewer.person_id or acts)
        for firm, person in places
    )


def may_see_group(viewer: Viewer, group: WorkingGroup) -> bool:
    """The predicate beside `visible_groups`."""
    follows = viewer.is_operator or group.territory_id in viewer.follows
    return follows or is_of_group(viewer, group)


def may_keep_group(viewer: Viewer, group: WorkingGroup) -> bool:
    """Describe it, add and remove members, end it: who animates the territory."""
    return group.territory_id in viewer.animates


def reads_people(viewer: Viewer, group: WorkingGroup) -> bool:
    """Who is in it by name: its members and who animates; who looks on reads organisations."""
    return viewer.is_operator or may_keep_group(viewer, group) or is_of_group(viewer, group)


def kept_members(viewer: Viewer) -> Select[GroupMember]:
    """Places in groups that the viewer sees; who keeps the group changes them."""
    seen = visible_groups(viewer).with_only_columns(WorkingGroup.id)
    return select(GroupMember).where(GroupMember.group_id.in_(seen))


def may_keep_member(viewer: Viewer, member: GroupMember) -> bool:
    return member.territory_id in viewer.animates
