"""What this room's mails say, at the moment they leave."""

from __future__ import annotations

from app.accounts.links import Links
from app.initiatives.mails import convocation, results


def register(links: Links, sender: str) -> None:
    """Make this room's kinds of mail known to the outbox; `sender` is the house's own address."""
    convocation.register(links, sender)
    results.register(links)
