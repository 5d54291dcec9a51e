"""Mails that come back: which one it was, what becomes of it, which addresses fail."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.prepared import Kept
from app.outbox import registry
from app.outbox.kinds import MailState
from app.outbox.message import one_line
from app.outbox.models import Bounce, Mail
from app.outbox.schedule import AFTER_RETURN

# a notice that comes later than this is not believed
RETURNS_WITHIN = timedelta(days=30)


class Return(enum.StrEnum):
    """HARD: the address fails. RETRY: the mail leaves once more. GIVEN_UP: it was tried enough."""

    HARD = "hard"
    RETRY = "retry"
    GIVEN_UP = "given_up"


def sent_mail(session: Session, public_ids: Sequence[str]) -> Mail | None:
    """The first of these mails that has left, in the order given."""
    found = session.scalars(
        select(Mail).where(
            Mail.public_id.in_(public_ids),
            or_(Mail.ended_at.is_not(None), Mail.attempts > 0),
            Mail.state.in_((MailState.SENT, MailState.BOUNCED, MailState.WAITING)),
        )
    )
    by_id = {mail.public_id: mail for mail in found}
    return next((by_id[one] for one in public_ids if one in by_id), None)


def returnable(session: Session, public_ids: Sequence[str], now: datetime) -> Mail | None:
    """The first of these mails that was sent lately and may have come back; locked."""
    return session.scalars(
        select(Mail)
        .where(
            Mail.public_id.in_(public_ids),
            Mail.state == MailState.SENT,
            Mail.ended_at > now - RETURNS_WITHIN,
        )
        .order_by(Mail.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()


def come_back(
    session: Session,
    mail: Mail,
    *,
    status: str | None,
    told: str,
    is_hard: bool,
    now: datetime,
) -> Return:
    """Note that a mail did not arrive; `mail` was sent, and is locked by the caller.

    A soft one leaves again after a while, as it is then true, a few times.
    """
    query = select(func.count(Bounce.id)).where(Bounce.mail_id == mail.id, ~Bounce.is_hard)
    tried = session.scalar(query) or 0
    _note(session, mail, status=status, told=told, is_hard=is_hard, now=now)
    mail.last_error = one_line(f"{status or ''} {told}")[:500] or None
    if not is_hard and tried < len(AFTER_RETURN):
        mail.state, mail.ended_at = MailState.WAITING, None
        mail.not_before = now + AFTER_RETURN[tried]
    else:
        mail.state = MailState.BOUNCED
    session.flush()
    if is_hard:
        return Return.HARD
    return Return.RETRY if mail.state is MailState.WAITING else Return.GIVEN_UP


def refused_at_once(session: Session, mail: Mail, status: str, told: str, now: datetime) -> None:
    """The relay refuses a mail for its address, and takes none: as if it had come back."""
    _note(session, mail, status=status, told=told, is_hard=True, now=now)
    registry.tell_undelivered(session, mail)


def _note(
    session: Session,
    mail: Mail,
    *,
    status: str | None,
    told: str,
    is_hard: bool,
    now: datetime,
) -> None:
    """One that says again what stands already is not kept twice, whoever else hears it now."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    noted = insert(Bounce).values(
        mail_id=mail.id,
        recipient_id=mail.recipient_id,
        address=mail.to,
        is_hard=is_hard,
        status=status,
        told=one_line(told)[:300] or None,
        came_at=now,
    )
    standing = text("is_hard AND lifted_at IS NULL")
    session.execute(
        noted.on_conflict_do_nothing(index_elements=[Bounce.address], index_where=standing)
    )


def refuses(
    address: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
) -> ColumnElement[bool]:
    """Whether mail to this column's address is known to come back."""
    return (
        select(Bounce.id)
        .where(Bounce.address == address, Bounce.is_hard, Bounce.lifted_at.is_(None))
        .exists()
    )


def is_refused(session: Session, address: str) -> bool:
    """The same of one address."""
    return bool(_STANDING.rows(session, {"address": address}))


_STANDING = Kept(
    select(Bounce.id).where(
        Bounce.address == bindparam("address"), Bounce.is_hard, Bounce.lifted_at.is_(None)
    )
)


def lift(session: Session, address: str, now: datetime) -> None:
    """Mail arrives there after all, somebody says or a reply shows."""
    session.execute(
        update(Bounce)
        .where(_stands_at(address))
        .values(lifted_at=now)
        .execution_options(synchronize_session=False)
    )


def _stands_at(address: str) -> ColumnElement[bool]:
    return and_(Bounce.address == address, Bounce.is_hard, Bounce.lifted_at.is_(None))
