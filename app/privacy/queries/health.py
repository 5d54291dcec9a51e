"""What an operator should know about people, without their names."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Territory, TerritoryRole
from app.privacy.models import Erasure

# the clock looks each hour
LATE = timedelta(days=1)


def without_pilot(session: Session) -> list[str]:
    """Names of the territories whose démarche nobody drives."""
    piloted = exists().where(
        TerritoryRole.territory_id == Territory.id,
        TerritoryRole.role == TerritoryRoleKind.PILOT,
        TerritoryRole.ended_on.is_(None),
    )
    return list(session.scalars(select(Territory.name).where(~piloted).order_by(Territory.name)))


def overdue(session: Session, now: datetime) -> int:
    """How many erasures should have been done by now."""
    waits = select(func.count(Erasure.id)).where(
        Erasure.due_at < now - LATE, Erasure.done_at.is_(None), Erasure.cancelled_at.is_(None)
    )
    return session.scalar(waits) or 0
