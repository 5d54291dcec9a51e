"""Whether an organisation may be named in public: its own word, dated, taken back at once."""

from __future__ import annotations

from datetime import datetime

from app.accounts.models import Organisation


def decide_naming(
    organisation: Organisation, *, named: bool, person_id: int, now: datetime
) -> None:
    """Note what the organisation says; saying the same again keeps the first date."""
    if organisation.named_publicly == named and organisation.naming_decided_at is not None:
        return
    organisation.named_publicly = named
    organisation.naming_decided_at = now
    organisation.naming_decided_by_id = person_id
