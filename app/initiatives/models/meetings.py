"""Meetings, what is on their agenda, and who is asked to come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import (
    Organisation,
    OrganisationId,
    Person,
    PersonId,
    Territory,
    TerritoryId,
)
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
from app.initiatives.kinds.meetings import MeetingKind, MeetingState, Rsvp
from app.initiatives.models.groups import WorkingGroup
from app.plans.models import Project

meeting_project = Table(
    "meeting_project",
    Base.metadata,
    Column("meeting_id", ForeignKey("meeting.id"), primary_key=True),
    Column("project_id", ForeignKey("project.id"), primary_key=True, index=True),
)


class Meeting(Tracked, Versioned, Base):
    """People who come together at a time and a place.

    `sequence` counts what invited people must be told of: another date, another place, that it is
    cancelled. Nobody is told anything before the first convocations were sent.
    """

    __tablename__ = "meeting"
    __tracked__ = tracked(open="kind title starts_at ends_at state group_id", partners="place")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    kind: Mapped[MeetingKind] = mapped_column(string_enum(MeetingKind))
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    place: Mapped[str | None] = mapped_column(String(200))
    video_url: Mapped[str | None] = mapped_column(String(400))
    message: Mapped[str] = mapped_column(Text, default="")
    group_id: Mapped[int | None] = foreign_key("working_group.id")
    organiser_id: Mapped[PersonId]
    state: Mapped[MeetingState] = mapped_column(
        string_enum(MeetingState), default=MeetingState.PLANNED
    )
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[Instant]

    territory: Mapped[Territory] = relationship()
    group: Mapped[WorkingGroup | None] = relationship()
    organiser: Mapped[Person] = relationship()
    projects: Mapped[list[Project]] = relationship(
        secondary=meeting_project, order_by=(Project.rank, Project.id)
    )
    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="meeting",
        cascade="all, delete-orphan",
        order_by="(AgendaItem.rank, AgendaItem.id)",
    )
    attendees: Mapped[list[Attendee]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="Attendee.id"
    )

    __table_args__ = table_args(
        CheckConstraint("ends_at > starts_at", "ends_after_its_start"),
        Index("ix_meeting_territory_id_starts_at", "territory_id", "starts_at"),
    )


class AgendaItem(Base):
    """One point that somebody typed; objections and decisions to take are read where they stand."""

    __tablename__ = "agenda_item"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    meeting_id: Mapped[int] = foreign_key("meeting.id")
    territory_id: Mapped[TerritoryId]
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int | None] = mapped_column(Integer)
    rank: Mapped[str] = mapped_column(String(64))

    meeting: Mapped[Meeting] = relationship(back_populates="items")

    __table_args__ = table_args(
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 1 AND 600", "minutes_of_a_meeting"),
    )


class Attendee(Base):
    """An organisation at a meeting, by one person where one is named.

    `told_sequence` is the state of the meeting that they were told, None before the convocation.
    `words` are an excuse, or who comes instead; `guest` is the name of somebody who came
    unannounced and is no contact. `attended` is None until the attendance was taken.
    """

    __tablename__ = "attendee"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    meeting_id: Mapped[int] = foreign_key("meeting.id")
    territory_id: Mapped[TerritoryId]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[int | None] = foreign_key("person.id")
    guest: Mapped[str | None] = mapped_column(String(200))
    told_sequence: Mapped[int | None] = mapped_column(Integer)
    told_at: Mapped[datetime | None]
    answer: Mapped[Rsvp | None] = mapped_column(string_enum(Rsvp))
    words: Mapped[str | None] = mapped_column(String(400))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = foreign_key("person.id")
    attended: Mapped[bool | None] = mapped_column(Boolean)
    is_walk_in: Mapped[bool] = mapped_column(Boolean, default=False)

    meeting: Mapped[Meeting] = relationship(back_populates="attendees")
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    __table_args__ = table_args(
        unique_where(
            "uq_attendee_person", "meeting_id", "person_id", where="person_id IS NOT NULL"
        ),
        unique_where(
            "uq_attendee_organisation",
            "meeting_id",
            "organisation_id",
            where="person_id IS NULL AND guest IS NULL",
        ),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", "answer_is_dated"),
        CheckConstraint("(told_sequence IS NULL) = (told_at IS NULL)", "told_is_dated"),
        CheckConstraint("guest IS NULL OR (is_walk_in AND person_id IS NULL)", "guest_walked_in"),
    )
