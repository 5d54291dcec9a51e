"""When organisations are shut."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Closure


def coming_closures(session: Session, organisation_id: int, today: date) -> Sequence[Closure]:
    """Those that are not over, the nearest first."""
    return session.scalars(
        select(Closure)
        .where(
            Closure.organisation_id == organisation_id,
            Closure.ends_on >= today,
            Closure.removed_at.is_(None),
        )
        .order_by(Closure.starts_on, Closure.id)
    ).all()
