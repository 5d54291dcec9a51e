"""Documents: what was given, by whom, and to whom it is open. The bytes lie in the store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, Person
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    Versioned,
    foreign_key,
    string_enum,
    table_args,
    unique_where,
)
from app.core.tracking import Tracked, tracked
from app.files.filenames import LONGEST
from app.files.kinds import Audience, FileKind

LONGEST_TITLE = 200


class Document(Tracked, Versioned, Base):
    """A file that belongs to something of an upper room, named by kind and plain id.

    `organisation_id` gave it, None where it was the territory's own facilitation; it is read by
    its givers and those to whom it was open at `opened_at`, as a flow's quantity is. `stored_as`
    is its name in the store, None once the bytes are gone for good, some time after `removed_at`.
    """

    __tablename__ = "document"
    __tracked__ = tracked(
        open="organisation_id kind size audience opened_at removed_at",
        partners="title",
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[int] = foreign_key("territory.id")
    # of the room above, for the journal alone
    project_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    given_by_id: Mapped[int | None] = foreign_key("person.id")
    given_at: Mapped[Instant]
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    file_name: Mapped[str] = mapped_column(String(LONGEST))
    kind: Mapped[FileKind] = mapped_column(string_enum(FileKind))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str | None] = mapped_column(String(32), unique=True)
    audience: Mapped[Audience] = mapped_column(string_enum(Audience), default=Audience.PARTNERS)
    opened_at: Mapped[Instant]
    removed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship()
    given_by: Mapped[Person | None] = relationship()

    __table_args__ = table_args(
        Index("ix_document_subject", "subject_kind", "subject_id", "id"),
        # a second tap, or the same photo sent twice: one organisation gives the same bytes once
        unique_where(
            "uq_document_bytes",
            "subject_kind",
            "subject_id",
            "organisation_id",
            "sha256",
            where="removed_at IS NULL",
        ),
        CheckConstraint("stored_as IS NOT NULL OR removed_at IS NOT NULL", "bytes_while_there"),
        CheckConstraint("size > 0", "not_empty"),
    )
