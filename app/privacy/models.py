"""Texts of information, who was told which, and the register of erasures: ids, never names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import (
    CheckConstraint,
    Date,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    string_enum,
    table_args,
)
from app.core.tracking import Tracked, tracked
from app.privacy.kinds import Cause, Means

PersonId = Annotated[int, foreign_key("person.id")]
PersonRef = Annotated[int | None, foreign_key("person.id")]
TerritoryId = Annotated[int, foreign_key("territory.id")]

# what the law and its authority let a controller choose, in years
IDLE_YEARS = (1, 3)
CONTACT_YEARS = (1, 5)


class PrivacyText(Tracked, Base):
    """One version of what a territory tells people about their data; the newest one counts."""

    __tablename__ = "privacy_text"
    __tracked__ = tracked(open="number controller idle_years contact_years")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[TerritoryId]
    number: Mapped[int] = mapped_column(Integer)
    controller: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(400))
    contact: Mapped[str] = mapped_column(String(254))
    dpo: Mapped[str] = mapped_column(String(400))
    purposes: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(Text)
    complement: Mapped[str] = mapped_column(Text, default="")
    idle_years: Mapped[int] = mapped_column(Integer)
    contact_years: Mapped[int] = mapped_column(Integer)
    written_at: Mapped[Instant]
    written_by_id: Mapped[PersonRef]

    __table_args__ = table_args(
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("idle_years BETWEEN {} AND {}".format(*IDLE_YEARS), "idle_years_legal"),
        CheckConstraint(
            "contact_years BETWEEN {} AND {}".format(*CONTACT_YEARS), "contact_years_legal"
        ),
    )


class PrivacyNotice(Base):
    """A person was told what a territory does with their data, by which text.

    One that was told by mail counts once that mail has left.
    """

    __tablename__ = "privacy_notice"

    id: Mapped[PrimaryKey]
    person_id: Mapped[PersonId]
    territory_id: Mapped[TerritoryId]
    means: Mapped[Means] = mapped_column(string_enum(Means))
    text_version: Mapped[str] = mapped_column(String(40))
    told_at: Mapped[Instant]
    mail_id: Mapped[int | None] = foreign_key("mail.id")
    noted_by_id: Mapped[PersonRef]

    __table_args__ = table_args(
        UniqueConstraint("person_id", "territory_id", "mail_id"),
        Index(
            "uq_privacy_notice_told",
            "person_id",
            "territory_id",
            "text_version",
            unique=True,
            sqlite_where=text("mail_id IS NULL"),
            postgresql_where=text("mail_id IS NULL"),
        ),
    )


class Erasure(Base):
    """One request to erase a person, from the asking to its end. The register of what is erased.

    Until `due_at` it can be taken back. `person_public_id` recognises the person in a database
    that an older backup has brought back.
    """

    __tablename__ = "erasure"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    person_id: Mapped[PersonId]
    person_public_id: Mapped[str] = mapped_column(String(16))
    cause: Mapped[Cause] = mapped_column(string_enum(Cause))
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[PersonRef]
    due_at: Mapped[Instant]
    mail_id: Mapped[int | None] = foreign_key("mail.id")
    cancelled_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    __table_args__ = table_args(
        CheckConstraint("done_at IS NULL OR cancelled_at IS NULL", "done_or_cancelled"),
        Index(
            "uq_erasure_open",
            "person_id",
            unique=True,
            sqlite_where=text("done_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND cancelled_at IS NULL"),
        ),
        Index("ix_erasure_due_at", "due_at"),
    )


class ContactReview(Base):
    """A pilot says that a silent contact is still one; asked again after that day."""

    __tablename__ = "contact_review"

    id: Mapped[PrimaryKey]
    person_id: Mapped[PersonId]
    territory_id: Mapped[TerritoryId]
    kept_until: Mapped[date] = mapped_column(Date)
    reviewed_at: Mapped[Instant]
    reviewed_by_id: Mapped[PersonRef]
