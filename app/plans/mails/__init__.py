"""What this room's mails say, at the moment they leave."""

from __future__ import annotations

import functools

from app.accounts.links import Links
from app.outbox import registry
from app.outbox.registry import MailKind
from app.plans.mails.for_you import FOR_YOU, MENTION, for_you_letter


def register(links: Links) -> None:
    """Make this room's kinds of mail known to the outbox."""
    letter = functools.partial(for_you_letter, links)
    for name in (FOR_YOU, MENTION):
        kind = MailKind(
            name,
            letter,
            takes_replies=True,
            offers_fewer=True,
            follows_wish=True,
            fills_the_week=True,
        )
        registry.register(kind)
