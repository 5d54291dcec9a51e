"""Action plans and their themes. Closed and archived, never destroyed."""

from __future__ import annotations

from sqlalchemy import (
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, Territory, TerritoryId
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
    PlanState,
)


class ActionPlan(Tracked, Versioned, Base):
    """A territory's action plan; one active plan at a time is usual, not required."""

    __tablename__ = "action_plan"
    __tracked__ = tracked(open="title state lead_organisation_id")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[PlanState] = mapped_column(string_enum(PlanState), default=PlanState.ACTIVE)
    # who carries the démarche: the collectivité until it hands it over
    lead_organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    created_at: Mapped[Instant]

    territory: Mapped[Territory] = relationship()
    themes: Mapped[list[Theme]] = relationship(back_populates="plan", order_by="Theme.rank")


class Theme(Tracked, Base):
    """An axis of a plan. `key` ties it to a template's objective; `aliases` are its other names."""

    __tablename__ = "theme"
    __tracked__ = tracked(open="title rank lead_organisation_id lead_person_id")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    plan_id: Mapped[int] = foreign_key("action_plan.id")
    territory_id: Mapped[TerritoryId]
    key: Mapped[str | None] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[str] = mapped_column(String(400), default="")
    rank: Mapped[str] = mapped_column(String(64))
    # who has taken it over; drives its projects as the pilot does
    lead_organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    lead_person_id: Mapped[int | None] = foreign_key("person.id")

    plan: Mapped[ActionPlan] = relationship(back_populates="themes")
    lead_organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = table_args(UniqueConstraint("plan_id", "title"))
