"""A territory agrees to be read beside others, and withdraws. The caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.maturity.models import SharedReading


def agree(session: Session, *, territory_id: int, person_id: int | None, now: datetime) -> None:
    """Once is enough: who agreed first, and when, stays."""
    if shared_reading(session, territory_id) is not None:
        return
    try:
        with session.begin_nested():
            session.add(
                SharedReading(territory_id=territory_id, agreed_by_id=person_id, agreed_at=now)
            )
    except IntegrityError:
        return  # somebody else agreed at this moment: the same


def withdraw(session: Session, *, territory_id: int) -> None:
    found = shared_reading(session, territory_id)
    if found is not None:
        session.delete(found)
        session.flush()


def shared_reading(session: Session, territory_id: int) -> SharedReading | None:
    return session.scalar(
        select(SharedReading).where(SharedReading.territory_id == territory_id).with_for_update()
    )
