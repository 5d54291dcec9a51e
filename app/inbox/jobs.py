"""What the clock does with the mailbox: read it, and forget what was settled long ago."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.inbox.mailbox import MailboxError, fetch
from app.inbox.models import Incoming
from app.inbox.services.receiving import OpenSession, receive
from config import Settings

log = logging.getLogger(__name__)
# A mailbox forgets what was read sooner than this: nothing comes in twice.
KEPT = timedelta(days=365)
_AT_ONCE = 500


def read_mailbox(open_session: OpenSession, settings: Settings, stopping: Event) -> int:
    """Handle every unread message; how many. Raises MailboxError and DBAPIError."""
    if settings.inbox is None:
        return 0
    own = (settings.mail_from, settings.inbox_address)

    def take(raw: bytes) -> None:
        receive(open_session, raw, own=own, now=clock.now())

    return fetch(settings.inbox, take, stopping)


def tick(open_session: OpenSession, settings: Settings, stopping: Event) -> None:
    """Read the mailbox; where it is out of reach, say so and come back."""
    try:
        read_mailbox(open_session, settings, stopping)
    except MailboxError as fault:
        log.warning("the mailbox %s", fault)
    except DBAPIError:
        log.exception("the database failed while the mailbox was read")


def forget(open_session: OpenSession, now: datetime) -> None:
    """Remove what came in a year ago, whether anybody looked at it or not."""
    with open_session() as session:
        old = session.scalars(
            select(Incoming.id).where(Incoming.received_at < now - KEPT).limit(_AT_ONCE)
        ).all()
        session.execute(
            delete(Incoming)
            .where(Incoming.id.in_(old))
            .execution_options(synchronize_session=False)
        )
        session.commit()
