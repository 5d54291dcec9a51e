"""What a person has of a second factor."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import RecoveryCode, SecondFactor


def second_factor_of(session: Session, person_id: int) -> SecondFactor | None:
    """As it stands in the database, whatever this session read before."""
    query = select(SecondFactor).where(SecondFactor.person_id == person_id)
    return session.scalar(query, execution_options={"populate_existing": True})


def recovery_codes_left(session: Session, person_id: int) -> int:
    counted = select(func.count(RecoveryCode.id)).where(RecoveryCode.person_id == person_id)
    return session.scalar(counted) or 0
