"""What people do to a group: found it, describe it, add members, end it. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Territory
from app.core.refusals import require_version
from app.initiatives.kinds.meetings import GroupKind
from app.initiatives.models import GroupMember, WorkingGroup
from app.initiatives.queries.people import Place
from app.plans.models import Theme


@dataclass(frozen=True)
class About:
    """What a group says of itself; the rapporteur is (organisation, person or nobody by name)."""

    kind: GroupKind
    title: str
    purpose: str = ""
    rapporteur: Place | None = None
    theme_ids: Sequence[int] = ()


def found_group(
    session: Session, territory: Territory, about: About, *, now: datetime
) -> WorkingGroup:
    group = WorkingGroup(
        territory=territory, created_at=now, kind=about.kind, title=about.title.strip()
    )
    session.add(group)
    _write(session, group, about)
    session.flush()
    return group


def describe_group(
    session: Session, group: WorkingGroup, about: About, *, seen_version: int | None
) -> None:
    """Raises StaleError when the form is out of date."""
    require_version(group.version, seen_version)
    _write(session, group, about)
    session.flush()


def _write(session: Session, group: WorkingGroup, about: About) -> None:
    group.kind = about.kind
    group.title = about.title.strip()
    group.purpose = about.purpose.strip()
    group.rapporteur_organisation_id, group.rapporteur_person_id = about.rapporteur or (None, None)
    wanted = select(Theme).where(
        Theme.id.in_(about.theme_ids), Theme.territory_id == group.territory.id
    )
    group.themes = list(session.scalars(wanted.order_by(Theme.rank)))


def add_members(
    session: Session, group: WorkingGroup, places: Iterable[Place], *, today: date
) -> int:
    """Those who are not in it yet; how many."""
    known = {(one.organisation_id, one.person_id) for one in group.members}
    people = {one.person_id for one in group.members} - {None}
    added = 0
    for organisation_id, person_id in dict.fromkeys(places):
        if (organisation_id, person_id) in known or person_id in people:
            continue
        session.add(
            GroupMember(
                group=group,
                territory_id=group.territory_id,
                organisation_id=organisation_id,
                person_id=person_id,
                joined_on=today,
            )
        )
        people |= {person_id} - {None}
        added += 1
    session.flush()
    return added


def remove_member(session: Session, member: GroupMember) -> None:
    session.delete(member)
    session.flush()


def end_group(group: WorkingGroup, *, today: date | None) -> None:
    """Its work is done; None takes that back."""
    group.ended_on = today
