"""What was told to, or asked about, two records of one person, once they are one."""

from __future__ import annotations

from datetime import date

from app.accounts.services.merging import Resolution
from app.accounts.services.merging.ledger import Row


def asked_twice(gone: Row, kept: Row, _today: date) -> Resolution:
    """Two requests to erase wait: one does, for the earlier day."""
    return Resolution(kept={"due_at": min(gone["due_at"], kept["due_at"])})
