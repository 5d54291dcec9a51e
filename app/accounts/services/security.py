"""Telling a person what changed about the ways into their account. The caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import SecurityEvent
from app.accounts.mails import SECURITY
from app.accounts.models import Person
from app.outbox.services import enqueue


def tell(
    session: Session,
    person: Person,
    event: SecurityEvent,
    now: datetime,
    *,
    once_a_day: bool = False,
) -> None:
    """Mail the person's present address; who has none is told nothing."""
    if person.email is None:
        return
    when = now.date().isoformat() if once_a_day else now.isoformat()
    enqueue(
        session,
        key=f"{SECURITY}:{event}:{person.id}:{when}",
        kind=SECURITY,
        recipient_id=person.id,
        territory_id=None,
        to=person.email,
        refs={"event": event.value, "person": person.id, "at": now.isoformat()},
        subject="Votre compte Maillage",
        not_before=now,
        now=now,
    )
