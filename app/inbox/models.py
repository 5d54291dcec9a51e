"""Messages that came in: each is handled once, and one that nobody could place waits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    string_enum,
    table_args,
)
from app.inbox.kinds import Fate, Trouble


class Incoming(Base):
    """One message. `fingerprint` is the same by whatever way it comes again.

    `person_id`: who wrote it, where their address is the one that the mail was sent to; `text` and
    `content` (the message as it came) stand as long as somebody has to look at them.
    """

    __tablename__ = "incoming"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    received_at: Mapped[Instant]
    sender: Mapped[str | None] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    fate: Mapped[Fate] = mapped_column(string_enum(Fate))
    trouble: Mapped[Trouble | None] = mapped_column(string_enum(Trouble))
    territory_id: Mapped[int | None] = foreign_key("territory.id")
    mail_id: Mapped[int | None] = foreign_key("mail.id")
    person_id: Mapped[int | None] = foreign_key("person.id")
    comment_id: Mapped[int | None] = foreign_key("comment.id")
    attachments: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[str | None] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = foreign_key("person.id")

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    __table_args__ = table_args(
        CheckConstraint(
            "(fate IN ('waiting', 'unreadable')) = (trouble IS NOT NULL)", "waits_for_a_reason"
        ),
        CheckConstraint("settled_by_id IS NULL OR settled_at IS NOT NULL", "settled_by_whom"),
        Index("ix_incoming_waiting", "territory_id", "fate", "settled_at"),
    )
