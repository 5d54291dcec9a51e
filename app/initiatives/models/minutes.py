"""What a meeting leaves behind: minutes, decisions, and the results that were mailed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, TerritoryId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    Versioned,
    foreign_key,
    table_args,
)
from app.core.tracking import Tracked, tracked
from app.initiatives.models.meetings import Meeting
from app.plans.models import Project, Step


class Minutes(Versioned, Base):
    """The text that was typed of a meeting, in Markdown."""

    __tablename__ = "minutes"

    id: Mapped[PrimaryKey]
    meeting_id: Mapped[int] = foreign_key("meeting.id")
    territory_id: Mapped[TerritoryId]
    body: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = table_args(UniqueConstraint("meeting_id"))


class Decision(Tracked, Base):
    """One thing decided; with a project and an organisation it is a step of that project."""

    __tablename__ = "decision"
    __tracked__ = tracked(open="project_id lead_organisation_id due_on step_id", partners="text")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    meeting_id: Mapped[int] = foreign_key("meeting.id")
    territory_id: Mapped[TerritoryId]
    text: Mapped[str] = mapped_column(String(200))
    project_id: Mapped[int | None] = foreign_key("project.id")
    lead_organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    due_on: Mapped[date | None] = mapped_column(Date)
    due_text: Mapped[str | None] = mapped_column(String(80))
    step_id: Mapped[int | None] = foreign_key("step.id")
    created_at: Mapped[Instant]

    meeting: Mapped[Meeting] = relationship()
    project: Mapped[Project | None] = relationship()
    lead_organisation: Mapped[Organisation | None] = relationship()
    step: Mapped[Step | None] = relationship()

    __table_args__ = table_args(
        CheckConstraint(
            "step_id IS NULL OR (project_id IS NOT NULL AND lead_organisation_id IS NOT NULL)",
            "step_of_a_project",
        ),
    )


class Results(Tracked, Versioned, Base):
    """« Ce qui a été décidé »: a draft until it is mailed; what was mailed stays as it was."""

    __tablename__ = "results"
    __tracked__ = tracked(open="sent_at")

    id: Mapped[PrimaryKey]
    meeting_id: Mapped[int] = foreign_key("meeting.id")
    territory_id: Mapped[TerritoryId]
    body: Mapped[str] = mapped_column(Text)
    # how many times it was mailed, the text of the last time and when
    sent_number: Mapped[int] = mapped_column(Integer, default=0)
    sent_body: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()

    __table_args__ = table_args(
        UniqueConstraint("meeting_id"),
        CheckConstraint("(sent_at IS NULL) = (sent_body IS NULL)", "sent_text_is_kept"),
        CheckConstraint("(sent_number = 0) = (sent_at IS NULL)", "sent_is_counted"),
    )
