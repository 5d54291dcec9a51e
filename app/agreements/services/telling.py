"""Who asked hears what was answered: all of a few minutes in one mail. The caller commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Ask, Person
from app.accounts.queries.wishes import wants_mail
from app.agreements.kinds import ANSWERED
from app.outbox.bundling import Bundle, tell_together
from app.outbox.models import Mail


def tell_asker(session: Session, ask: Ask, *, now: datetime) -> None:
    """Unless they gave the answer themselves. What it says is read when it leaves."""
    asker = session.get_one(Person, ask.asker_id)
    if asker.id == ask.answered_by_id or not asker.email or asker.anonymised_at is not None:
        return
    if not wants_mail(session, asker.id):
        return

    def joining(waiting: Mail | None) -> dict[str, object]:
        known = waiting.refs["asks"] if waiting else []
        return {"asks": list(dict.fromkeys([*known, ask.id]))}

    bundle = Bundle(ANSWERED, asker.id, asker.email, ask.territory_id, "Réponse")
    tell_together(session, bundle, joining, now=now)
