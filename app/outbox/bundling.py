"""One mail a person and kind for what comes about within a few minutes. The caller commits.

While it waits, what follows joins it; once its words are made, what follows begins another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.outbox.services import enqueue

# from the first of it: what is done in one sitting, and not so long that it comes as a surprise
WINDOW = timedelta(minutes=5)
_STILL_OPEN = (MailState.WAITING, MailState.SENDING)

# the refs of a mail with one thing more: of the one that waits, or of a new one
Joining = Callable[[Mail | None], dict[str, Any]]


@dataclass(frozen=True)
class Bundle:
    """Mails of one kind to one person; `subject` is provisional."""

    kind: str
    recipient_id: int
    to: str
    territory_id: int | None
    subject: str


def tell_together(session: Session, bundle: Bundle, joining: Joining, *, now: datetime) -> None:
    """Into the mail that waits for this person, or into a new one.

    Several people of one act are told in the order of their ids.
    """
    while not _joined(session, bundle, joining) and not _begun(session, bundle, joining, now):
        pass  # somebody began it in this moment: it is there to be joined


def _joined(session: Session, bundle: Bundle, joining: Joining) -> bool:
    """Its row is locked: who delivers it waits, and words it with this."""
    waiting = session.scalars(
        select(Mail)
        .where(
            Mail.recipient_id == bundle.recipient_id,
            Mail.kind == bundle.kind,
            Mail.state.in_(_STILL_OPEN),
            Mail.content.is_(None),
        )
        .order_by(Mail.id.desc())
        .limit(1)
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if waiting is None:
        return False
    waiting.refs = joining(waiting)
    session.flush()
    return True


def _begun(session: Session, bundle: Bundle, joining: Joining, now: datetime) -> bool:
    """One that follows the last of theirs, so that two who begin it at once write one."""
    last = select(func.max(Mail.id)).where(
        Mail.recipient_id == bundle.recipient_id, Mail.kind == bundle.kind
    )
    written = enqueue(
        session,
        key=f"{bundle.kind}:{bundle.recipient_id}:{session.scalar(last) or 0}",
        kind=bundle.kind,
        recipient_id=bundle.recipient_id,
        territory_id=bundle.territory_id,
        to=bundle.to,
        refs=joining(None),
        subject=bundle.subject,
        not_before=now + WINDOW,
        now=now,
    )
    return written is not None
