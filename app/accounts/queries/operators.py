"""Who runs the installation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.queries.people import with_account


def operators(session: Session) -> Sequence[Person]:
    """Present operators, by name."""
    query = (
        select(Person)
        .where(Person.is_operator, Person.anonymised_at.is_(None))
        .order_by(Person.search_key, Person.id)
    )
    return session.scalars(query).all()


def other_operators(session: Session, but: int) -> set[int]:
    """Who else runs it and can come in: people with an account."""
    others = {person.id for person in operators(session)} - {but}
    return with_account(session, others) if others else set()
