"""What was said with an organisation: a call, a visit, a note."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, OrganisationId, Person, Territory, TerritoryId
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
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.plans.models import Project, Step

contact_note_step = Table(
    "contact_note_step",
    Base.metadata,
    Column("note_id", ForeignKey("contact_note.id"), primary_key=True),
    Column("step_id", ForeignKey("step.id"), primary_key=True, index=True),
)


class ContactNote(Versioned, Base):
    """One contact with one organisation, by somebody, on a day; perhaps about steps.

    `author_organisation_id`: in whose name, when it was written. `follow_up_on`: speak again on
    that day, until `followed_up_on` says that it was done. The journal keeps nothing of it: what
    is taken back within the day stands nowhere any more.
    """

    __tablename__ = "contact_note"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[int | None] = foreign_key("person.id")
    project_id: Mapped[int | None] = foreign_key("project.id")
    author_id: Mapped[int] = foreign_key("person.id")
    author_organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    kind: Mapped[NoteKind] = mapped_column(string_enum(NoteKind))
    body: Mapped[str] = mapped_column(Text, default="")
    noted_on: Mapped[date] = mapped_column(Date)
    noted_at: Mapped[Instant]
    visibility: Mapped[NoteVisibility] = mapped_column(string_enum(NoteVisibility))
    follow_up_on: Mapped[date | None] = mapped_column(Date)
    followed_up_on: Mapped[date | None] = mapped_column(Date)

    territory: Mapped[Territory] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys="ContactNote.organisation_id")
    author: Mapped[Person] = relationship(foreign_keys="ContactNote.author_id")
    person: Mapped[Person | None] = relationship(foreign_keys="ContactNote.person_id")
    project: Mapped[Project | None] = relationship()
    steps: Mapped[list[Step]] = relationship(secondary=contact_note_step, order_by="Step.id")

    __table_args__ = table_args(
        CheckConstraint(
            "visibility <> 'organisation' OR author_organisation_id IS NOT NULL",
            "colleagues_of_somebody",
        ),
        CheckConstraint("followed_up_on IS NULL OR follow_up_on IS NOT NULL", "followed_up_once"),
        Index("ix_contact_note_list", "territory_id", "noted_on", "id"),
        Index("ix_contact_note_follow_up", "territory_id", "follow_up_on"),
    )
