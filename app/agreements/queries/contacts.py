"""To whom a question to an organisation goes: one person, never everybody."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole
from app.accounts.models import Membership, Person


def contact_of(session: Session, organisation_id: int) -> Person | None:
    """The default contact, else a manager, else whoever has an address; None without any."""
    return session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_on.is_(None),
            Person.email.is_not(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(
            Membership.is_default.desc(),
            (Membership.role == MembershipRole.MANAGER).desc(),
            Membership.id,
        )
        .limit(1)
    ).one_or_none()
