"""Being away: who answers meanwhile. One's own affair; the caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Absence, Person
from app.accounts.queries.people import colleagues
from app.core.refusals import RefusedError


def announce(
    session: Session, person: Person, *, substitute_id: int, starts_on: date, ends_on: date
) -> Absence:
    """Name a colleague who answers from one day to another, both included.

    Raises RefusedError for who is no colleague with an address, and for days that overlap others.
    """
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    if substitute_id not in {one.id for one in colleagues(session, person.id)}:
        raise RefusedError("Choisissez une personne de votre organisation qui a une adresse.")
    overlapping = session.scalar(
        select(Absence.id).where(
            Absence.person_id == person.id,
            Absence.starts_on <= ends_on,
            Absence.ends_on >= starts_on,
        )
    )
    if overlapping is not None:
        raise RefusedError("Une absence est déjà notée sur ces jours : retirez-la d’abord.")
    absence = Absence(
        person_id=person.id, substitute_id=substitute_id, starts_on=starts_on, ends_on=ends_on
    )
    session.add(absence)
    session.flush()
    return absence


def coming_absences(session: Session, person_id: int, today: date) -> Sequence[Absence]:
    """Those that are not over, the nearest first."""
    return session.scalars(
        select(Absence)
        .where(Absence.person_id == person_id, Absence.ends_on >= today)
        .options(joinedload(Absence.substitute))
        .order_by(Absence.starts_on)
    ).all()


def cancel(session: Session, person_id: int, public_id: str) -> bool:
    """Take one's absence back; False when it is not one's own."""
    own = session.scalar(
        select(Absence).where(Absence.person_id == person_id, Absence.public_id == public_id)
    )
    if own is None:
        return False
    session.delete(own)
    session.flush()
    return True
