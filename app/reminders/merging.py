"""What two records of one person both have here, once they are one."""

from __future__ import annotations

from datetime import date

from app.accounts.services.merging import Resolution
from app.accounts.services.merging.ledger import Row


def two_pauses(gone: Row, kept: Row, _today: date) -> Resolution:
    """Left in peace twice in one territory: until the later day."""
    return Resolution(kept={"until": max(gone["until"], kept["until"])}, gone=None)
