"""Projects and those who carry them. Closed and archived, never destroyed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import ActivityZone, Organisation, OrganisationId, Territory, TerritoryId
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
from app.plans.kinds import (
    PartnerRole,
    PartnerState,
    Priority,
    ProjectKind,
    ProjectState,
    Stage,
    SynergyType,
)
from app.plans.models.plan import ActionPlan, Theme

if TYPE_CHECKING:
    from app.plans.models.figures import Flow
    from app.plans.models.work import Step

ProjectId = Annotated[int, foreign_key("project.id")]
PersonRef = Annotated[int | None, mapped_column(ForeignKey("person.id"), index=True)]


class Project(Tracked, Versioned, Base):
    """A synergy or another action of the plan, carried by its partners together."""

    __tablename__ = "project"
    __tracked__ = tracked(
        open="title kind synergy_type stage state theme_id zone_id ended_reason priority "
        "starts_on ends_on",
        partners="description budget_cents",
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    plan_id: Mapped[int] = foreign_key("action_plan.id")
    territory_id: Mapped[TerritoryId]
    theme_id: Mapped[int | None] = foreign_key("theme.id")
    zone_id: Mapped[int | None] = foreign_key("activity_zone.id")
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[ProjectKind] = mapped_column(string_enum(ProjectKind))
    synergy_type: Mapped[SynergyType | None] = mapped_column(string_enum(SynergyType))
    stage: Mapped[Stage] = mapped_column(string_enum(Stage), default=Stage.DISCUSSION)
    state: Mapped[ProjectState] = mapped_column(
        string_enum(ProjectState), default=ProjectState.DRAFT
    )
    ended_reason: Mapped[str | None] = mapped_column(String(400))
    priority: Mapped[Priority | None] = mapped_column(string_enum(Priority))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    budget_cents: Mapped[int | None]
    # launched, resumed or reopened last: what was due before is chased by nobody
    active_since: Mapped[Instant | None]
    rank: Mapped[str] = mapped_column(String(64))
    search_key: Mapped[str] = mapped_column(String(400), index=True)
    created_at: Mapped[Instant]

    plan: Mapped[ActionPlan] = relationship()
    territory: Mapped[Territory] = relationship()
    theme: Mapped[Theme | None] = relationship()
    zone: Mapped[ActivityZone | None] = relationship()
    partners: Mapped[list[Partner]] = relationship(back_populates="project", order_by="Partner.id")
    steps: Mapped[list[Step]] = relationship(
        back_populates="project", order_by="(Step.rank, Step.id)"
    )
    flows: Mapped[list[Flow]] = relationship(back_populates="project", order_by="Flow.id")

    __table_args__ = table_args(
        CheckConstraint("(kind = 'synergy') = (synergy_type IS NOT NULL)", "synergy_has_type"),
        CheckConstraint("state <> 'abandoned' OR ended_reason IS NOT NULL", "abandoned_has_reason"),
    )

    def journal_place(self) -> tuple[int | None, int | None]:
        return self.territory_id, self.id


class Partner(Tracked, Versioned, Base):
    """An organisation's part in a project: one live row each, one LEAD; retired, never deleted."""

    __tablename__ = "partner"
    __tracked__ = tracked(open="organisation_id role state")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    organisation_id: Mapped[OrganisationId]
    role: Mapped[PartnerRole] = mapped_column(string_enum(PartnerRole))
    state: Mapped[PartnerState] = mapped_column(
        string_enum(PartnerState), default=PartnerState.APPROACHED
    )
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[PersonRef]
    text_version: Mapped[str | None] = mapped_column(String(20))

    project: Mapped[Project] = relationship(back_populates="partners")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = table_args(
        unique_where(
            "uq_partner_live", "project_id", "organisation_id", where="state <> 'retired'"
        ),
        unique_where("uq_partner_lead", "project_id", where="state <> 'retired' AND role = 'lead'"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", "confirmation_dated"),
    )
