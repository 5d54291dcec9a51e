"""The same file given by two records of one organisation, once they are one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from app.accounts.services.merging import Resolution
from app.accounts.services.merging.ledger import Row


def one_file(_gone: Row, _kept: Row, today: date) -> Resolution:
    """One of the two stays; the other is put aside, where it can be brought back from."""
    return Resolution(gone={"removed_at": datetime.combine(today, time(), UTC)})
