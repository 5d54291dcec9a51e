"""In whose name a meeting is called, and who reads what people reply."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Person, TerritoryRole
from app.initiatives.models import Meeting


@dataclass(frozen=True)
class Host:
    """A person who animates the territory; the territory itself where there is nobody."""

    name: str
    email: str | None = None
    phone: str | None = None


def host_of(session: Session, meeting: Meeting) -> Host:
    """Who called it while they animate the territory, else who has piloted it longest."""
    person = session.scalars(
        select(Person)
        .join(TerritoryRole, TerritoryRole.person_id == Person.id)
        .where(
            TerritoryRole.territory_id == meeting.territory_id,
            TerritoryRole.role != TerritoryRoleKind.OBSERVER,
            TerritoryRole.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(
            (Person.id == meeting.organiser_id).desc(),
            Person.email.is_(None),
            (TerritoryRole.role == TerritoryRoleKind.PILOT).desc(),
            TerritoryRole.started_on,
            TerritoryRole.id,
        )
        .limit(1)
    ).one_or_none()
    if person is None:
        return Host(meeting.territory.name)
    return Host(person.name, person.email, person.phone)
