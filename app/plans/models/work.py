"""What is to be done in a project, and what is said about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.accounts.models import Organisation, OrganisationId, Person, TerritoryId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    Versioned,
    foreign_key,
    string_enum,
    table_args,
)
from app.core.folding import fold
from app.core.tracking import Tracked, tracked
from app.plans.kinds import (
    BarrierKind,
    StepStatus,
)
from app.plans.models.project import PersonRef, Project, ProjectId

LONGEST_KEY = 400


def _folded(context: Any) -> str:
    """For rows that are written past the unit of work."""
    return fold(context.get_current_parameters()["title"])[:LONGEST_KEY]


class Step(Tracked, Versioned, Base):
    """Something to do by an organisation, perhaps by a person, perhaps by a date.

    `due_text` keeps a vague date as it was said (« T2 », « fin juin ? »). `news_on` is the day
    for which somebody promised news: no mail until then. `scheduled_at` is when the current
    date was set: nothing is told about a date younger than two days. `times_moved` counts the
    dates that were replaced by others since the project was launched. `lever` is what would lift
    the barrier.
    """

    __tablename__ = "step"
    __tracked__ = tracked(
        open="title status due_on due_text lead_organisation_id lead_person_id barrier rank "
        "is_milestone news_on",
        partners="description barrier_note lever",
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    lead_organisation_id: Mapped[OrganisationId]
    lead_person_id: Mapped[PersonRef]
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    due_text: Mapped[str | None] = mapped_column(String(80))
    scheduled_at: Mapped[Instant]
    times_moved: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    status: Mapped[StepStatus] = mapped_column(string_enum(StepStatus), default=StepStatus.TODO)
    is_milestone: Mapped[bool] = mapped_column(Boolean, default=False)
    news_on: Mapped[date | None] = mapped_column(Date)
    blocked_on: Mapped[date | None] = mapped_column(Date)
    barrier: Mapped[BarrierKind | None] = mapped_column(string_enum(BarrierKind))
    barrier_note: Mapped[str | None] = mapped_column(String(400))
    lever: Mapped[str | None] = mapped_column(String(400))
    done_on: Mapped[date | None] = mapped_column(Date)
    rank: Mapped[str] = mapped_column(String(64))
    search_key: Mapped[str] = mapped_column(String(LONGEST_KEY), default=_folded)
    created_at: Mapped[Instant]

    project: Mapped[Project] = relationship(back_populates="steps")
    lead_organisation: Mapped[Organisation] = relationship()
    lead_person: Mapped[Person | None] = relationship()

    __table_args__ = table_args(
        CheckConstraint("(status = 'done') = (done_on IS NOT NULL)", "done_is_dated"),
        CheckConstraint("(status = 'blocked') = (blocked_on IS NOT NULL)", "blocked_is_dated"),
        CheckConstraint("status = 'blocked' OR barrier IS NULL", "barrier_while_blocked"),
        CheckConstraint("due_on IS NULL OR due_text IS NULL", "one_way_to_say_when"),
        Index("ix_step_status_due_on", "status", "due_on"),
    )

    @validates("title")
    def _find_by(self, _name: str, title: str) -> str:
        """Whoever changes the title changes what it is found by."""
        self.search_key = fold(title)[:LONGEST_KEY]
        return title


class CheckItem(Tracked, Base):
    """One thing to tick off within a step."""

    __tablename__ = "check_item"
    __tracked__ = tracked(open="step_id", partners="label done_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    step_id: Mapped[int] = foreign_key("step.id")
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    label: Mapped[str] = mapped_column(String(200))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[PersonRef]

    step: Mapped[Step] = relationship()


class Dependency(Tracked, Base):
    """A step waits for another one of its project; in no circle, which `order.py` keeps."""

    __tablename__ = "dependency"
    __tracked__ = tracked(open="step_id awaited_id")

    id: Mapped[PrimaryKey]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    step_id: Mapped[int] = foreign_key("step.id")
    awaited_id: Mapped[int] = foreign_key("step.id")

    __table_args__ = table_args(
        UniqueConstraint("step_id", "awaited_id"),
        CheckConstraint("step_id <> awaited_id", "waits_for_another"),
    )


class Comment(Tracked, Base):
    """What somebody said on a project or on one of its steps."""

    __tablename__ = "comment"
    __tracked__ = tracked(partners="body")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    step_id: Mapped[int | None] = foreign_key("step.id")
    author_id: Mapped[PersonRef]
    body: Mapped[str] = mapped_column(Text)
    said_at: Mapped[Instant]

    author: Mapped[Person | None] = relationship()


class Mention(Base):
    """Somebody whom a comment speaks to by name: told by mail, once."""

    __tablename__ = "mention"

    id: Mapped[PrimaryKey]
    comment_id: Mapped[int] = foreign_key("comment.id")
    territory_id: Mapped[TerritoryId]
    person_id: Mapped[int] = foreign_key("person.id")

    __table_args__ = table_args(UniqueConstraint("comment_id", "person_id"))
