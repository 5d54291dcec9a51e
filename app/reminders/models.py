"""The ledger of relances: each occasion once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    Versioned,
    foreign_key,
    string_enum,
    table_args,
)
from app.core.tracking import Tracked, tracked
from app.reminders.kinds import Reason, RelanceState


class Relance(Base):
    """One occasion to speak of one subject, decided once.

    `basis` is the due date itself (or blocked-since, last-news date): editing a title repeats
    nothing, a moved date is a new occasion. The recipient is not in the key: a hand-over before
    sending releases the occasion.
    """

    __tablename__ = "relance"

    id: Mapped[PrimaryKey]
    territory_id: Mapped[int] = foreign_key("territory.id")
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    basis: Mapped[date] = mapped_column(Date)
    code: Mapped[str] = mapped_column(String(12))
    nominal_on: Mapped[date] = mapped_column(Date)
    recipient_id: Mapped[int | None] = foreign_key("person.id")
    mail_id: Mapped[int | None] = foreign_key("mail.id")
    state: Mapped[RelanceState] = mapped_column(string_enum(RelanceState))
    reason: Mapped[Reason | None] = mapped_column(string_enum(Reason))
    decided_at: Mapped[Instant]

    __table_args__ = table_args(
        UniqueConstraint("subject_kind", "subject_id", "basis", "code", name="uq_relance_occasion"),
        CheckConstraint("(state = 'told') = (mail_id IS NOT NULL)", "told_by_a_mail"),
        CheckConstraint("(state = 'dropped') = (reason IS NOT NULL)", "dropped_for_a_reason"),
        Index("ix_relance_mail", "mail_id"),
    )


class RelanceSetting(Tracked, Versioned, Base):
    """A territory's relances: nobody is mailed before the pilot has said « Démarrer »."""

    __tablename__ = "relance_setting"
    __tracked__ = tracked(open="started_at paused_until")

    territory_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), primary_key=True)
    started_at: Mapped[datetime | None]
    started_by_id: Mapped[int | None] = foreign_key("person.id")
    paused_until: Mapped[date | None] = mapped_column(Date)
