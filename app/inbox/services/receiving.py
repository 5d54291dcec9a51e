"""One message, once: all that follows from it stands in one transaction with its fingerprint.

Killed before the commit, nothing happened and it is read again; killed after, it is known.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.inbox.heads import Head, read_head
from app.inbox.kinds import Fate, Trouble, UnreadableError
from app.inbox.models import Incoming
from app.inbox.notices import notice_of
from app.inbox.parsing import LARGEST, parse, said
from app.inbox.services.replies import take_reply
from app.inbox.services.returns import take_notice

log = logging.getLogger(__name__)
# what is kept of a message that cannot be read, for whoever looks into it
LONGEST_KEPT = 1024 * 1024

OpenSession = Callable[[], Session]


def receive(
    open_session: OpenSession, raw: bytes, *, own: Collection[str | None], now: datetime
) -> Fate | None:
    """What became of a message; None when it was handled before. `own` are our addresses.

    Raises DBAPIError alone: whoever brings the message keeps it and comes back.
    """
    if raw.startswith(b"From "):
        # the envelope, as some servers write it above a message
        raw = raw.partition(b"\n")[2]
    head = read_head(raw)
    try:
        return _once(
            open_session, head, now, lambda session, row: _handle(session, row, raw, head, own, now)
        )
    except DBAPIError:
        raise
    except UnreadableError as fault:
        trouble = fault.trouble
    except Exception:
        log.exception("a message from %s could not be handled", head.sender)
        trouble = Trouble.BROKEN
    return _once(open_session, head, now, lambda _session, row: _keep_aside(row, raw, trouble))


def receive_in(
    session: Session, raw: bytes, *, own: Collection[str | None], now: datetime
) -> Fate | None:
    """The same for a message that can be read, in the caller's transaction; the caller commits."""
    head = read_head(raw)
    return _settle(
        session, head, now, lambda session, row: _handle(session, row, raw, head, own, now)
    )


def _once(
    open_session: OpenSession,
    head: Head,
    now: datetime,
    handle: Callable[[Session, Incoming], None],
) -> Fate | None:
    with open_session() as session:
        fate = _settle(session, head, now, handle)
        if fate is not None:
            session.commit()
        return fate


def _settle(
    session: Session, head: Head, now: datetime, handle: Callable[[Session, Incoming], None]
) -> Fate | None:
    row = _claim(session, head, now)
    if row is None:
        return None
    handle(session, row)
    if row.settled_at is None and row.fate not in (Fate.WAITING, Fate.UNREADABLE):
        row.settled_at = now
    return row.fate


def _claim(session: Session, head: Head, now: datetime) -> Incoming | None:
    """The row of a message that nobody has handled; others who bring it wait for this one."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Incoming).values(
        fingerprint=head.fingerprint,
        received_at=now,
        sender=head.sender,
        subject=head.subject,
        fate=Fate.AUTOMATIC,
        attachments=0,
    )
    written = statement.on_conflict_do_nothing(index_elements=[Incoming.fingerprint])
    return session.scalars(written.returning(Incoming)).one_or_none()


def _handle(
    session: Session,
    row: Incoming,
    raw: bytes,
    head: Head,
    own: Collection[str | None],
    now: datetime,
) -> None:
    message = parse(raw)
    notice = notice_of(message, head)
    if notice is not None:
        take_notice(session, row, notice, now=now)
    elif head.is_automatic or head.sender is None or head.sender in own:
        # a machine's, or our own: nothing is ever answered to it
        row.fate = Fate.AUTOMATIC
    else:
        take_reply(session, row, head, said(message), now=now)
    if row.trouble in (Trouble.NO_TEXT, Trouble.STRANGE_NOTICE):
        row.content = raw[:LONGEST_KEPT]


def _keep_aside(row: Incoming, raw: bytes, trouble: Trouble) -> None:
    row.fate = Fate.UNREADABLE
    row.trouble = Trouble.TOO_LARGE if len(raw) > LARGEST else trouble
    row.content = raw[:LONGEST_KEPT]
