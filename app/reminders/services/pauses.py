"""A person or a project left in peace until a day, by those who animate. Rights were checked, the
caller commits; a person's own choice about their mail stays as it is."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.refusals import RefusedError
from app.plans.models import Project
from app.reminders.models import RelancePause

LONGEST = timedelta(days=366)


def pause_for(
    session: Session, territory_id: int, of: Person | Project, *, until: date, today: date
) -> None:
    """No relance of this territory speaks to them, or of it, before a day; said again, it moves."""
    if until <= today:
        raise RefusedError("Choisissez un jour à venir.")
    if until > today + LONGEST:
        raise RefusedError("Un an au plus : ensuite, voyez ce qu’il en est.")
    row = _standing(session, territory_id, of)
    if row is None:
        row = RelancePause(territory_id=territory_id, until=until)
        if isinstance(of, Person):
            row.person_id = of.id
        else:
            row.project_id = of.id
        session.add(row)
    row.until = until
    session.flush()


def end_pause(session: Session, territory_id: int, of: Person | Project) -> None:
    """What is still worth telling leaves from the next run on."""
    row = _standing(session, territory_id, of)
    if row is not None:
        session.delete(row)
    session.flush()


def _standing(session: Session, territory_id: int, of: Person | Project) -> RelancePause | None:
    column = RelancePause.person_id if isinstance(of, Person) else RelancePause.project_id
    return session.scalar(
        select(RelancePause)
        .where(RelancePause.territory_id == territory_id, column == of.id)
        .with_for_update()
    )
