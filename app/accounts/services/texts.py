"""Publishing a text of a territory. Verbs: rights were checked, the caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryTextKind
from app.accounts.models import Territory, TerritoryText
from app.accounts.queries.texts import current_charter
from app.accounts.services.territory_settings import hold_territory
from app.core.refusals import require_version


def publish_charter(
    session: Session, territory: Territory, *, body: str, follows: int, by_id: int, now: datetime
) -> bool:
    """A new version, with the next number; former ones stay as they are.

    `follows`: the version that its author had before her, 0 for none. False when this very text
    is in force already. Raises StaleError when another version was published meanwhile.
    """
    hold_territory(session, territory.id)
    current = current_charter(session, territory.id)
    if current is not None and current.body == body:
        return False
    number = current.version if current else 0
    require_version(number, follows)
    session.add(
        TerritoryText(
            territory_id=territory.id,
            kind=TerritoryTextKind.CHARTER,
            version=number + 1,
            body=body,
            published_at=now,
            published_by_id=by_id,
        )
    )
    session.flush()
    return True
