"""What is known of people."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person, SignIn


def with_account(session: Session, person_ids: set[int]) -> set[int]:
    """Those who have chosen a password or signed in once: more than contacts."""
    known = or_(Person.password_hash.is_not(None), exists().where(SignIn.person_id == Person.id))
    return set(session.scalars(select(Person.id).where(Person.id.in_(person_ids), known)))


def has_account(session: Session, person: Person) -> bool:
    return bool(with_account(session, {person.id}))
