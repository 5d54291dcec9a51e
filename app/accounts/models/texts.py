"""Texts that a territory publishes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.kinds import TerritoryTextKind
from app.accounts.models.people import Person, PersonId
from app.accounts.models.places import TerritoryId
from app.core.database import Base, Instant, PrimaryKey, string_enum, table_args
from app.core.tracking import Tracked, tracked


class TerritoryText(Tracked, Base):
    """One published version of a text, Markdown; never changed, another version follows it.

    People commit themselves to a version: what they read must stay readable.
    """

    __tablename__ = "territory_text"
    __tracked__ = tracked(open="kind version")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[TerritoryId]
    kind: Mapped[TerritoryTextKind] = mapped_column(string_enum(TerritoryTextKind))
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    published_at: Mapped[Instant]
    published_by_id: Mapped[PersonId]

    published_by: Mapped[Person] = relationship()

    __table_args__ = table_args(
        UniqueConstraint("territory_id", "kind", "version"),
        CheckConstraint("version > 0", "version_counts_from_one"),
    )
