"""A notice of failure: the mail that came back, its address, and the relance in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.inbox.kinds import Fate, Trouble
from app.inbox.models import Incoming
from app.inbox.notices import Notice
from app.outbox.bounces import Return, come_back, returnable, sent_mail
from app.outbox.models import Mail
from app.outbox.registry import tell_undelivered


def take_notice(session: Session, row: Incoming, notice: Notice, *, now: datetime) -> None:
    """Believed only where it names a mail that we sent lately, and to whom it names.

    A mail's id is known to whoever got it, and cannot be guessed: nobody else can silence somebody.
    """
    public_ids = [one.partition("@")[0] for one in notice.message_ids]
    mail = returnable(session, public_ids, now) if notice.is_final else None
    if mail is None:
        _set_aside(row, sent_mail(session, public_ids), notice)
        return
    row.mail_id, row.territory_id = mail.id, mail.territory_id
    if mail.to.lower() not in notice.recipients:
        row.fate, row.trouble = Fate.WAITING, Trouble.STRANGE_NOTICE
        return
    row.person_id = mail.recipient_id
    became = come_back(
        session,
        mail,
        status=notice.status,
        told=notice.told,
        is_hard=notice.is_hard,
        now=now,
    )
    if became is Return.HARD:
        tell_undelivered(session, mail)
    row.fate = Fate.RETRIED if became is Return.RETRY else Fate.BOUNCED


def _set_aside(row: Incoming, known: Mail | None, notice: Notice) -> None:
    """Told twice, too late, or of a mail that only takes its time: nothing follows from it."""
    if known is None and notice.is_final:
        row.fate, row.trouble = Fate.WAITING, Trouble.STRANGE_NOTICE
        return
    row.fate = Fate.AUTOMATIC
    if known is not None:
        row.mail_id, row.territory_id = known.id, known.territory_id
