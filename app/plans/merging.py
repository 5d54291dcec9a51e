"""Where both of two records that become one have a part in the same project."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.accounts.services.merging import Resolution
from app.accounts.services.merging.ledger import Row
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.rules import CARRYING

_ROLES = tuple(PartnerRole)
_STATES = (
    PartnerState.RETIRED,
    PartnerState.APPROACHED,
    PartnerState.INVITED,
    PartnerState.CONFIRMED,
)
_CONFIRMATION = ("confirmed_at", "confirmed_by_id", "text_version")


def two_parts(gone: Row, kept: Row, _today: date) -> Resolution:
    """One part: the stronger role, the further state; the other row is kept as retired.

    Where one of them is confirmed, the strongest role that was confirmed stands: nobody comes to
    lead a project by a yes to something less.

    What the organisation confirmed under either record it has confirmed, and what it could read
    it still reads. But a funder's or an observer's word makes no confirmed contributor: that
    would open quantities to an organisation that has not said yes to carrying the project.
    """
    carrying = [row for row in (gone, kept) if row["role"] in CARRYING]
    pool = carrying or [gone, kept]
    confirmed = [row for row in pool if row["state"] is PartnerState.CONFIRMED]
    values: dict[str, Any] = {
        "role": min((row["role"] for row in confirmed or pool), key=_ROLES.index),
        "state": max((row["state"] for row in pool), key=_STATES.index),
    }
    if confirmed:
        first = min(confirmed, key=lambda row: row["confirmed_at"])
        values |= {name: first[name] for name in _CONFIRMATION}
    return Resolution(kept=values, gone={"state": PartnerState.RETIRED})


def two_uses(gone: Row, kept: Row, _today: date) -> Resolution:
    """Under both records it uses the same: one row says it, the other ends where it began."""
    since = min(gone["since"], kept["since"])
    return Resolution(kept={"since": since}, gone={"until": gone["since"]})


def two_mentions(_gone: Row, _kept: Row, _today: date) -> Resolution:
    """A message speaks to one person once."""
    return Resolution()
