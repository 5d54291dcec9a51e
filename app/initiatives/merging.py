"""What two records of one person or organisation both have, once they are one."""

from __future__ import annotations

from datetime import date

from app.accounts.services.merging import Resolution
from app.accounts.services.merging.ledger import Row

_SAID = ("answer", "words", "answered_at", "answered_by_id")


def two_attendances(gone: Row, kept: Row, _today: date) -> Resolution:
    """Invited twice to one meeting: one place, which answered where either did, and came."""
    values = {name: gone[name] for name in _SAID} if kept["answer"] is None else {}
    came = [row["attended"] for row in (gone, kept) if row["attended"] is not None]
    return Resolution(kept={**values, "attended": any(came) if came else None})


def two_contacts(gone: Row, kept: Row, _today: date) -> Resolution:
    """Of two states in one campaign the one that was said last; reached when either was."""
    latest = max(gone, kept, key=lambda row: row["changed_at"])
    reached = [at for row in (gone, kept) if (at := row["first_reached_at"])]
    return Resolution(
        kept={
            "state": latest["state"],
            "changed_at": latest["changed_at"],
            "first_reached_at": min(reached, default=None),
        }
    )
