"""Reading the outbox."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from app.outbox.models import Mail


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
