"""The change log: one row for each changed row, written in the same transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    refers_by,
    refers_to,
    string_enum,
    table_args,
)
from app.journal.kinds import Action, Via


class Change(Base):
    """Ids, not names, so that an erasure holds; `fields` is {name: [before, after]}.

    One request is one `batch`; `undoes` is the batch that this one takes back. Territory, project
    and entity are plain ids: the journal lies below the rooms it speaks of.
    """

    __tablename__ = "change"

    id: Mapped[PrimaryKey]
    at: Mapped[Instant]
    actor_id: Mapped[int | None] = refers_to("person")
    via: Mapped[Via] = mapped_column(string_enum(Via))
    territory_id: Mapped[int | None]
    project_id: Mapped[int | None]
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int] = refers_by("entity", Organisation="organisation", Person="person")
    action: Mapped[Action] = mapped_column(string_enum(Action))
    fields: Mapped[dict[str, list[Any]]] = mapped_column(JSON)
    batch: Mapped[str] = mapped_column(String(16))
    undoes: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = table_args(
        Index("ix_change_project", "project_id", "id"),
        Index("ix_change_territory_at", "territory_id", "at"),
        Index("ix_change_entity", "entity", "entity_id"),
        Index("ix_change_actor_at", "actor_id", "at"),
        Index("ix_change_batch", "batch"),
    )
