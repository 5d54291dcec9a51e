"""What the pages of groups read."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.viewer import Viewer
from app.initiatives.kinds.meetings import GroupKind
from app.initiatives.models import GroupMember, WorkingGroup
from app.initiatives.rules.groups import visible_groups


class GroupLine(NamedTuple):
    public_id: str
    kind: GroupKind
    title: str
    members: int
    ended_on: date | None


def group_lines(session: Session, viewer: Viewer, territory_id: int) -> list[GroupLine]:
    """Those that the viewer sees, the steering group first, ended ones last; one statement."""
    seen = visible_groups(viewer).with_only_columns(WorkingGroup.id)
    count = (
        select(func.count(GroupMember.id))
        .where(GroupMember.group_id == WorkingGroup.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            WorkingGroup.public_id,
            WorkingGroup.kind,
            WorkingGroup.title,
            count,
            WorkingGroup.ended_on,
        )
        .where(WorkingGroup.territory_id == territory_id, WorkingGroup.id.in_(seen))
        .order_by(
            WorkingGroup.ended_on.is_not(None),
            WorkingGroup.kind,
            WorkingGroup.title,
            WorkingGroup.id,
        )
    )
    return [GroupLine(*row) for row in rows]


def whole_groups(viewer: Viewer) -> Select[WorkingGroup]:
    """Those that the viewer sees, with all that the rules and the page look at."""
    return visible_groups(viewer).options(
        joinedload(WorkingGroup.territory),
        joinedload(WorkingGroup.rapporteur_organisation),
        joinedload(WorkingGroup.rapporteur_person),
        selectinload(WorkingGroup.themes),
        selectinload(WorkingGroup.members).joinedload(GroupMember.organisation),
        selectinload(WorkingGroup.members).joinedload(GroupMember.person),
    )
