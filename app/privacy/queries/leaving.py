"""Who is about to be erased."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.privacy.kinds import Cause
from app.privacy.models import Erasure
from app.privacy.queries.people import belongs_to

# nobody's list is longer: requests wait a day, warnings a month
MOST = 100


class Request(NamedTuple):
    """A request that waits for its day."""

    public_id: str
    name: str
    cause: Cause
    due_at: datetime


def leaving_of(session: Session, territory_id: int) -> list[Request]:
    """Requests for people of this territory, the next one first."""
    rows = session.execute(
        select(Erasure.public_id, Person.name, Erasure.cause, Erasure.due_at)
        .join(Person, Person.id == Erasure.person_id)
        .where(Erasure.done_at.is_(None), Erasure.cancelled_at.is_(None), belongs_to(territory_id))
        .order_by(Erasure.due_at, Erasure.id)
        .limit(MOST)
    )
    return [Request(*row) for row in rows]
