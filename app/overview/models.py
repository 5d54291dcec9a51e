"""Views of the plan that people keep, and the addresses of their calendars."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import PersonId, TerritoryId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    table_args,
    unique_where,
)


class SavedView(Base):
    """Filters of the table under a name: nothing but an address, which opens nothing by itself.

    `query` is what stands after the question mark. Shared, everybody who reads the plan finds it.
    Removed ones stay a row, so that one click brings them back.
    """

    __tablename__ = "saved_view"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    plan_id: Mapped[int] = foreign_key("action_plan.id")
    author_id: Mapped[PersonId]
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(1000))
    is_shared: Mapped[bool] = mapped_column(Boolean, default=False)
    saved_at: Mapped[Instant]
    removed_at: Mapped[datetime | None]

    __table_args__ = table_args(
        CheckConstraint("name <> ''", "has_a_name"),
        unique_where(
            "uq_saved_view_name", "author_id", "plan_id", "name", where="removed_at IS NULL"
        ),
    )


class CalendarFeed(Base):
    """An address that a person's calendar program reads: all that is theirs, or one project.

    The address is a signed public id, as in mailed links; the row decides at each reading.
    Renewing closes one and opens another.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    person_id: Mapped[PersonId]
    project_id: Mapped[int | None] = foreign_key("project.id")
    created_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None]

    __table_args__ = table_args(
        unique_where(
            "uq_calendar_feed_person",
            "person_id",
            where="project_id IS NULL AND revoked_at IS NULL",
        ),
        unique_where(
            "uq_calendar_feed_project",
            "person_id",
            "project_id",
            where="project_id IS NOT NULL AND revoked_at IS NULL",
        ),
    )
