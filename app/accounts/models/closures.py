"""Days on which an organisation is shut."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.places import Organisation, OrganisationId
from app.core.database import Base, PrimaryKey, PublicId, table_args
from app.core.tracking import Tracked, tracked

# in a row, with the days between them: reminders look so far ahead
LONGEST_CLOSURE = timedelta(days=92)


class Closure(Tracked, Base):
    """Days, first and last included, on which nobody of an organisation is at work.

    Taken off it stays as a row, so that taking it off can be undone.
    """

    __tablename__ = "closure"
    __tracked__ = tracked(open="starts_on ends_on removed_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[OrganisationId]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    removed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = table_args(CheckConstraint("ends_on >= starts_on", "ends_after_it_starts"))
