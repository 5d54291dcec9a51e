"""What two records of one organisation have both said, once they are one."""

from __future__ import annotations

from datetime import date

from app.accounts.services.merging import Resolution
from app.accounts.services.merging.ledger import Row


def two_commitments(gone: Row, kept: Row, _today: date) -> Resolution:
    """The same yes to the same text: once is enough. Of two charters the latest one stands."""
    if gone["text_version"] == kept["text_version"]:
        return Resolution()
    if gone["given_at"] > kept["given_at"]:
        return Resolution(kept={"withdrawn_at": gone["given_at"]}, gone={})
    return Resolution(gone={"withdrawn_at": kept["given_at"]})


def two_accesses(gone: Row, kept: Row, _today: date) -> Resolution:
    """A quantity stays closed where it was closed to either: silence and doubt mean no."""
    return Resolution(kept={"is_open": gone["is_open"] and kept["is_open"]})
