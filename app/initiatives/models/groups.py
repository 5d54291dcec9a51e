"""The steering group and the working groups, and who belongs to them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, Date, ForeignKey, String, Table, Text
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
    unique_where,
)
from app.core.tracking import Tracked, tracked
from app.initiatives.kinds.meetings import GroupKind
from app.plans.models import Theme

group_theme = Table(
    "group_theme",
    Base.metadata,
    Column("group_id", ForeignKey("working_group.id"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id"), primary_key=True, index=True),
)


class WorkingGroup(Tracked, Versioned, Base):
    """People who meet again until a project exists, or who steer; one of them reports.

    The rapporteur may be a person of an organisation, or the organisation alone.
    """

    __tablename__ = "working_group"
    __tracked__ = tracked(open="kind title rapporteur_organisation_id ended_on")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    kind: Mapped[GroupKind] = mapped_column(string_enum(GroupKind))
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")
    rapporteur_organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    rapporteur_person_id: Mapped[int | None] = foreign_key("person.id")
    created_at: Mapped[Instant]
    ended_on: Mapped[date | None] = mapped_column(Date)

    territory: Mapped[Territory] = relationship()
    rapporteur_organisation: Mapped[Organisation | None] = relationship()
    rapporteur_person: Mapped[Person | None] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=group_theme, order_by=Theme.rank)
    members: Mapped[list[GroupMember]] = relationship(
        back_populates="group", cascade="all, delete-orphan", order_by="GroupMember.id"
    )


class GroupMember(Base):
    """An organisation in a group, by one person or by whoever it sends."""

    __tablename__ = "group_member"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    group_id: Mapped[int] = foreign_key("working_group.id")
    territory_id: Mapped[TerritoryId]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[int | None] = foreign_key("person.id")
    joined_on: Mapped[date] = mapped_column(Date)

    group: Mapped[WorkingGroup] = relationship(back_populates="members")
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship()

    __table_args__ = table_args(
        unique_where(
            "uq_group_member_person", "group_id", "person_id", where="person_id IS NOT NULL"
        ),
        unique_where(
            "uq_group_member_organisation",
            "group_id",
            "organisation_id",
            where="person_id IS NULL",
        ),
    )
