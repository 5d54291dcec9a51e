"""Two records made one, and what it takes to part them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.kinds import MergeKind
from app.accounts.models.people import PersonId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    refers_by,
    string_enum,
    table_args,
)
from app.core.tracking import Tracked, tracked


class Merge(Tracked, Base):
    """Of two records `kept_id` stays; what pointed to `gone_id` points to it since.

    `moves` says row by row what was changed, so that it can be put back; it holds what the record
    that went said, and is forgotten when its day is over. The old address leads to the kept one.
    """

    __tablename__ = "merge"
    __tracked__ = tracked(open="kind kept_id gone_id undone_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    kind: Mapped[MergeKind] = mapped_column(string_enum(MergeKind))
    territory_id: Mapped[int | None] = foreign_key("territory.id")
    kept_id: Mapped[int] = refers_by("kind", organisation="organisation", person="person")
    gone_id: Mapped[int]
    gone_public_id: Mapped[str] = mapped_column(String(16), index=True)
    merged_at: Mapped[Instant]
    merged_by_id: Mapped[PersonId]
    moves: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = foreign_key("person.id")

    __table_args__ = table_args(
        CheckConstraint("kept_id <> gone_id", "two_records"),
        Index("ix_merge_kept", "kind", "kept_id"),
    )
