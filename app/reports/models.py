"""States of a territory as they were published: figures of one day, which stay as they stood."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person, PersonId, Territory, TerritoryId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    table_args,
    unique_where,
)


class Snapshot(Base):
    """The annual meeting's sheet as it stood on a day, shown to who pays and who decides.

    `content` is what `freezing.freeze` wrote. A day has one published state: publishing again
    withdraws the former. Withdrawn ones stay a row, so that one click brings them back.
    """

    __tablename__ = "snapshot"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    as_of: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[Instant]
    published_by_id: Mapped[PersonId]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = foreign_key("person.id")

    territory: Mapped[Territory] = relationship()
    published_by: Mapped[Person] = relationship(foreign_keys="Snapshot.published_by_id")

    __table_args__ = table_args(
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", "withdrawn_by_whom"),
        unique_where("uq_snapshot_day", "territory_id", "as_of", where="withdrawn_at IS NULL"),
    )
