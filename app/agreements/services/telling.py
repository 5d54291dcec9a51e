"""Who asked hears what was answered: all of a few minutes in one mail. The caller commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Ask, Person
from app.accounts.queries.wishes import wants_mail
from app.agreements.kinds import ANSWERED
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.outbox.services import enqueue

# what is answered meanwhile joins the mail
WINDOW = timedelta(minutes=5)


def tell_asker(session: Session, ask: Ask, *, now: datetime) -> None:
    """Unless they gave the answer themselves. What it says is read when it leaves."""
    asker = session.get_one(Person, ask.asker_id)
    if asker.id == ask.answered_by_id or not asker.email or asker.anonymised_at is not None:
        return
    if not wants_mail(session, asker.id):
        return
    while not _joined(session, asker, ask) and not _begun(session, asker, ask, now):
        pass  # somebody began it in this moment: it is there to be joined


def _joined(session: Session, asker: Person, ask: Ask) -> bool:
    waiting = session.scalars(
        select(Mail)
        .where(
            Mail.recipient_id == asker.id,
            Mail.kind == ANSWERED,
            Mail.state == MailState.WAITING,
            Mail.content.is_(None),
        )
        .order_by(Mail.id.desc())
        .limit(1)
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if waiting is None:
        return False
    waiting.refs = {"asks": list(dict.fromkeys([*waiting.refs["asks"], ask.id]))}
    session.flush()
    return True


def _begun(session: Session, asker: Person, ask: Ask, now: datetime) -> bool:
    """One that follows the last of theirs, so that two who begin it at once write one."""
    last = select(func.max(Mail.id)).where(Mail.recipient_id == asker.id, Mail.kind == ANSWERED)
    assert asker.email is not None
    written = enqueue(
        session,
        key=f"{ANSWERED}:{asker.id}:{session.scalar(last) or 0}",
        kind=ANSWERED,
        recipient_id=asker.id,
        territory_id=ask.territory_id,
        to=asker.email,
        refs={"asks": [ask.id]},
        subject="Réponse",
        not_before=now + WINDOW,
        now=now,
    )
    return written is not None
