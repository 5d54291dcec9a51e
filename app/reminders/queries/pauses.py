"""Who and what is left in peace in a territory, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Person, TerritoryRole, organisation_territory
from app.plans.models import Project, Step
from app.reminders.models import RelancePause


def rests_until(recipient_id: ColumnElement[Any]) -> Any:
    """Until when the Step row rests, because its project or whoever is spoken to does here."""
    return _until(
        RelancePause.territory_id == Step.territory_id,
        or_(RelancePause.project_id == Step.project_id, RelancePause.person_id == recipient_id),
    )


def project_rests_until() -> Any:
    """Until when the Project row itself is left in peace."""
    return _until(RelancePause.project_id == Project.id)


def person_rests_until(territory_id: Any, person_id: Any) -> Any:
    """Until when a territory leaves a person in peace, whatever is spoken of."""
    return _until(RelancePause.territory_id == territory_id, RelancePause.person_id == person_id)


def _until(*conditions: ColumnElement[bool]) -> Any:
    found = select(func.max(RelancePause.until)).where(*conditions)
    return found.correlate_except(RelancePause).scalar_subquery()


class Paused(NamedTuple):
    """A person or a project that rests; `person` and `project` are public ids."""

    name: str
    person: str | None
    project: str | None
    until: date


def pauses_of(session: Session, territory_id: int, today: date) -> Sequence[Paused]:
    """Those that are not over, the nearest end first."""
    query = (
        select(
            func.coalesce(Person.name, Project.title),
            Person.public_id,
            Project.public_id,
            RelancePause.until,
        )
        .outerjoin(Person, Person.id == RelancePause.person_id)
        .outerjoin(Project, Project.id == RelancePause.project_id)
        .where(RelancePause.territory_id == territory_id, RelancePause.until > today)
        .order_by(RelancePause.until, RelancePause.id)
    )
    return [Paused(*row) for row in session.execute(query)]


def pause_of_project(session: Session, project: Project, today: date) -> date | None:
    return session.scalar(
        select(RelancePause.until).where(
            RelancePause.project_id == project.id, RelancePause.until > today
        )
    )


def person_here(session: Session, territory_id: int, public_id: str) -> Person | None:
    """Somebody of an organisation of the territory, or with a role of it."""
    of_a_firm = (
        select(Membership.person_id)
        .join(
            organisation_territory,
            organisation_territory.c.organisation_id == Membership.organisation_id,
        )
        .where(organisation_territory.c.territory_id == territory_id, Membership.ended_on.is_(None))
    )
    of_the_team = select(TerritoryRole.person_id).where(
        TerritoryRole.territory_id == territory_id, TerritoryRole.ended_on.is_(None)
    )
    return session.scalar(
        select(Person).where(
            Person.public_id == public_id,
            Person.anonymised_at.is_(None),
            or_(Person.id.in_(of_a_firm), Person.id.in_(of_the_team)),
        )
    )
