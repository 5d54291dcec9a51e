"""Action plans, projects and what they are made of. Closed and archived, never destroyed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import ActivityZone, Organisation, Person, Territory
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
from app.plans.kinds import (
    BarrierKind,
    FlowDirection,
    MeasureMethod,
    PartnerRole,
    PartnerState,
    PlanState,
    ProjectKind,
    ProjectState,
    ResourceKind,
    Stage,
    StepStatus,
    SynergyType,
)

TerritoryId = Annotated[int, foreign_key("territory.id")]
ProjectId = Annotated[int, foreign_key("project.id")]
OrganisationId = Annotated[int, foreign_key("organisation.id")]
PersonRef = Annotated[int | None, mapped_column(ForeignKey("person.id"), index=True)]


class ActionPlan(Tracked, Versioned, Base):
    """A territory's action plan; one active plan at a time is usual, not required."""

    __tablename__ = "action_plan"
    __tracked__ = tracked(open="title state")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[PlanState] = mapped_column(string_enum(PlanState), default=PlanState.ACTIVE)
    created_at: Mapped[Instant]

    territory: Mapped[Territory] = relationship()
    themes: Mapped[list[Theme]] = relationship(back_populates="plan", order_by="Theme.rank")


class Theme(Tracked, Base):
    """An axis of a plan. `key` ties it to a template's objective; `aliases` are its other names."""

    __tablename__ = "theme"
    __tracked__ = tracked(open="title rank")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    plan_id: Mapped[int] = foreign_key("action_plan.id")
    territory_id: Mapped[TerritoryId]
    key: Mapped[str | None] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[str] = mapped_column(String(400), default="")
    rank: Mapped[str] = mapped_column(String(64))

    plan: Mapped[ActionPlan] = relationship(back_populates="themes")

    __table_args__ = table_args(UniqueConstraint("plan_id", "title"))


class Project(Tracked, Versioned, Base):
    """A synergy or another action of the plan, carried by its partners together."""

    __tablename__ = "project"
    __tracked__ = tracked(
        open="title kind synergy_type stage state theme_id zone_id ended_reason",
        partners="description",
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
        Index(
            "uq_partner_live",
            "project_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("state <> 'retired'"),
            postgresql_where=text("state <> 'retired'"),
        ),
        Index(
            "uq_partner_lead",
            "project_id",
            unique=True,
            sqlite_where=text("state <> 'retired' AND role = 'lead'"),
            postgresql_where=text("state <> 'retired' AND role = 'lead'"),
        ),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", "confirmation_dated"),
    )


class Step(Tracked, Versioned, Base):
    """Something to do by an organisation, perhaps by a person, perhaps by a date.

    `due_text` keeps a vague date as it was said (« T2 », « fin juin ? »). `news_on` is the day
    for which somebody promised news: no mail until then. `scheduled_at` is when the current
    date was set: nothing is told about a date younger than two days.
    """

    __tablename__ = "step"
    __tracked__ = tracked(
        open="title status due_on due_text lead_organisation_id lead_person_id barrier rank "
        "is_milestone news_on",
        partners="description barrier_note",
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
    status: Mapped[StepStatus] = mapped_column(string_enum(StepStatus), default=StepStatus.TODO)
    is_milestone: Mapped[bool] = mapped_column(Boolean, default=False)
    news_on: Mapped[date | None] = mapped_column(Date)
    blocked_on: Mapped[date | None] = mapped_column(Date)
    barrier: Mapped[BarrierKind | None] = mapped_column(string_enum(BarrierKind))
    barrier_note: Mapped[str | None] = mapped_column(String(400))
    done_on: Mapped[date | None] = mapped_column(Date)
    rank: Mapped[str] = mapped_column(String(64))
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


class Flow(Tracked, Versioned, Base):
    """What a partner proposes or looks for. Quantity and price are secrets of the partners.

    They are read by the partners who had confirmed their part at `opened_at`: whoever comes later
    reads them once the organisation that declared them says so.
    """

    __tablename__ = "flow"
    __tracked__ = tracked(
        open="organisation_id direction resource label opened_at",
        secret="quantity unit price_cents",
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    organisation_id: Mapped[OrganisationId]
    direction: Mapped[FlowDirection] = mapped_column(string_enum(FlowDirection))
    resource: Mapped[ResourceKind] = mapped_column(string_enum(ResourceKind))
    label: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    unit: Mapped[str | None] = mapped_column(String(30))
    price_cents: Mapped[int | None]
    opened_at: Mapped[Instant]

    project: Mapped[Project] = relationship(back_populates="flows")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = table_args(
        CheckConstraint("quantity IS NULL OR unit IS NOT NULL", "quantity_has_unit"),
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


class Indicator(Tracked, Base):
    """What a project measures; a value belongs to the project, never to each partner."""

    __tablename__ = "indicator"
    __tracked__ = tracked(open="label unit")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    label: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(30))

    measurements: Mapped[list[Measurement]] = relationship(order_by="Measurement.year")

    __table_args__ = table_args(UniqueConstraint("project_id", "label"))


class Measurement(Tracked, Base):
    """One value of an indicator for one year, with how it was obtained."""

    __tablename__ = "measurement"
    __tracked__ = tracked(secret="value", open="year method")

    id: Mapped[PrimaryKey]
    indicator_id: Mapped[int] = foreign_key("indicator.id")
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    year: Mapped[int]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    method: Mapped[MeasureMethod] = mapped_column(string_enum(MeasureMethod))

    __table_args__ = table_args(UniqueConstraint("indicator_id", "year", "method"))
