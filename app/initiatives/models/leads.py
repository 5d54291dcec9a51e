"""Leads: what firms offer and look for, before it is a project."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import ActivityZone, Organisation, Person, Territory, TerritoryId
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
from app.core.tracking import Tracked, tracked
from app.initiatives.kinds.leads import LeadState
from app.plans.kinds import FlowDirection, ResourceKind
from app.plans.models import Project

LONGEST_LEAD = 300

opportunity_organisation = Table(
    "opportunity_organisation",
    Base.metadata,
    Column("opportunity_id", ForeignKey("opportunity.id"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)


class Opportunity(Tracked, Versioned, Base):
    """A need or a lead, in the words of whoever brought it; kept whatever becomes of it."""

    __tablename__ = "opportunity"
    __tracked__ = tracked(open="title direction resource zone_id state reason passed_to project_id")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    title: Mapped[str] = mapped_column(String(LONGEST_LEAD))
    direction: Mapped[FlowDirection | None] = mapped_column(string_enum(FlowDirection))
    resource: Mapped[ResourceKind | None] = mapped_column(string_enum(ResourceKind))
    zone_id: Mapped[int | None] = foreign_key("activity_zone.id")
    brought_by_id: Mapped[int | None] = foreign_key("person.id")
    brought_by_organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    captured_at: Mapped[Instant]
    state: Mapped[LeadState] = mapped_column(string_enum(LeadState), default=LeadState.OPEN)
    reason: Mapped[str | None] = mapped_column(String(400))
    passed_to: Mapped[str | None] = mapped_column(String(200))
    project_id: Mapped[int | None] = foreign_key("project.id")
    search_key: Mapped[str] = mapped_column(String(LONGEST_LEAD + 100))

    territory: Mapped[Territory] = relationship()
    zone: Mapped[ActivityZone | None] = relationship()
    brought_by: Mapped[Person | None] = relationship()
    project: Mapped[Project | None] = relationship()
    organisations: Mapped[list[Organisation]] = relationship(
        secondary=opportunity_organisation, order_by="Organisation.search_key"
    )

    __table_args__ = table_args(
        CheckConstraint("state <> 'refused' OR reason IS NOT NULL", "refused_for_a_reason"),
        CheckConstraint("state <> 'passed_on' OR passed_to IS NOT NULL", "passed_on_to_somebody"),
        CheckConstraint("(state = 'project') = (project_id IS NOT NULL)", "project_of_its_own"),
        Index("ix_opportunity_list", "territory_id", "captured_at", "id"),
    )

    def journal_place(self) -> tuple[int | None, int | None]:
        """The territory's alone: who sees a project does not thereby see its lead."""
        return self.territory_id, None
