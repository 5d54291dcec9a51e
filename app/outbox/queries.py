"""Reading the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from app.outbox.kinds import MailState
from app.outbox.models import Mail

MOST_GIVEN_UP = 50


def mails(session: Session) -> Iterator[Mail]:
    """Every mail, oldest first, without its bytes; read by the hundred, so memory stays flat."""
    columns = (
        Mail.public_id,
        Mail.to,
        Mail.subject,
        Mail.state,
        Mail.key,
        Mail.attempts,
        Mail.last_error,
    )
    statement = select(Mail).options(load_only(*columns, raiseload=True)).order_by(Mail.id)
    yield from session.scalars(statement, execution_options={"yield_per": 500})


def given_up(session: Session) -> Sequence[Mail]:
    """The mails that failed for good, the latest first: what of them an operator may read."""
    columns = (Mail.public_id, Mail.kind, Mail.ended_at, Mail.last_error)
    return session.scalars(
        select(Mail)
        .options(load_only(*columns, raiseload=True))
        .where(Mail.state == MailState.FAILED)
        .order_by(Mail.ended_at.desc(), Mail.id.desc())
        .limit(MOST_GIVEN_UP)
    ).all()
