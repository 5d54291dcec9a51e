"""What two records of one company both have, once they are one."""

from __future__ import annotations

from datetime import date

from app.accounts.services.merging import Resolution
from app.accounts.services.merging.ledger import Row


def two_contacts(gone: Row, kept: Row, _today: date) -> Resolution:
    """Of two states in one campaign the one that was said last."""
    latest = max(gone, kept, key=lambda row: row["changed_at"])
    return Resolution(kept={name: latest[name] for name in ("state", "changed_at")})
