"""Calendar addresses: opened, renewed, closed at once. The caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.overview.models import CalendarFeed
from app.overview.queries.feeds import feed_of


def open_feed(
    session: Session, *, person_id: int, project_id: int | None, now: datetime
) -> CalendarFeed:
    """A new address; one that was open opens nothing from now on."""
    close_feed(session, person_id=person_id, project_id=project_id, now=now)
    feed = CalendarFeed(person_id=person_id, project_id=project_id, created_at=now)
    session.add(feed)
    try:
        session.flush()
    except IntegrityError:
        raise RefusedError("Une adresse vient d’être créée : la voici.") from None
    return feed


def close_feed(session: Session, *, person_id: int, project_id: int | None, now: datetime) -> None:
    """Said twice, it stays closed."""
    known = feed_of(session, person_id, project_id)
    if known is not None:
        known.revoked_at = now
        session.flush()
