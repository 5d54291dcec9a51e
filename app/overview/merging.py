"""What two records of one person both have here, once they are one."""

from __future__ import annotations

from datetime import date

from app.accounts.services.merging import Resolution
from app.accounts.services.merging.ledger import Row

_LONGEST_NAME = 80


def two_views(gone: Row, _kept: Row, _today: date) -> Resolution:
    """Two views of one name: both stay, the other one under another name."""
    other = f" ({gone['public_id']})"
    return Resolution(gone={"name": gone["name"][: _LONGEST_NAME - len(other)] + other})


def two_feeds(gone: Row, kept: Row, _today: date) -> Resolution:
    """Two calendars: the address of the record that stays goes on, the other one is closed."""
    return Resolution(gone={"revoked_at": max(gone["created_at"], kept["created_at"])})
