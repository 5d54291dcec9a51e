"""Mail waiting and sent. Knows no plan and no person: only ids, an address and what to render."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Double,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    refers_to,
    string_enum,
    table_args,
    unique_where,
)
from app.outbox.kinds import MailState


class Mail(Base):
    """One mail to one address. `key` says what it is, so that it is written once.

    `refs` is what the kind needs to renew and render it at the moment it leaves. `content` holds
    the exact bytes handed to the relay, so that a repeat after a crash is the same mail.
    """

    __tablename__ = "mail"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    territory_id: Mapped[int | None] = mapped_column(index=True)
    recipient_id: Mapped[int | None] = refers_to("person", index=True)
    to: Mapped[str] = mapped_column(String(254))
    refs: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    subject: Mapped[str] = mapped_column(String(300))
    not_before: Mapped[Instant]
    created_at: Mapped[Instant]
    state: Mapped[MailState] = mapped_column(string_enum(MailState), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_holder: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_error: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]

    __table_args__ = table_args(
        Index("ix_mail_state_not_before", "state", "not_before"),
        CheckConstraint("(state = 'sending') = (leased_until IS NOT NULL)", "sending_is_leased"),
    )


class Bounce(Base):
    """A mail that came back. Hard: the address is to blame, and no relance is written to it.

    It is the address that fails, whoever has it: another one of the same person knows nothing of
    it. `lifted_at`: somebody says, or shows by a reply, that mail arrives there after all.
    """

    __tablename__ = "bounce"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    mail_id: Mapped[int] = foreign_key("mail.id")
    recipient_id: Mapped[int | None] = refers_to("person", index=True)
    address: Mapped[str] = mapped_column(String(254), index=True)
    is_hard: Mapped[bool] = mapped_column(Boolean)
    status: Mapped[str | None] = mapped_column(String(20))
    told: Mapped[str | None] = mapped_column(String(300))
    came_at: Mapped[Instant]
    lifted_at: Mapped[datetime | None]

    __table_args__ = table_args(
        unique_where("uq_bounce_standing", "address", where="is_hard AND lifted_at IS NULL"),
    )


class Lease(Base):
    """Who may do one periodic thing now; the database's clock decides."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[Instant]


class MailPace(Base):
    """The next turn of a mail, in seconds since 1970 of the database's clock."""

    __tablename__ = "mail_pace"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[float] = mapped_column(Double)
