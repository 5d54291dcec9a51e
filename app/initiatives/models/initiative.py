"""A démarche around a plan: its pilot zone, the stages it passed into, what was ticked by hand."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import ActivityZone, Person, TerritoryId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    Versioned,
    foreign_key,
    string_enum,
    table_args,
    unique_where,
)
from app.core.tracking import Tracked, tracked
from app.initiatives.kinds.stages import InitiativeStage
from app.plans.models import ActionPlan


class Initiative(Tracked, Versioned, Base):
    """One a plan. Where it stands follows from its passages: it is stored nowhere else."""

    __tablename__ = "initiative"
    __tracked__ = tracked(open="pilot_zone_id")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[TerritoryId]
    plan_id: Mapped[int] = foreign_key("action_plan.id")
    pilot_zone_id: Mapped[int | None] = foreign_key("activity_zone.id")
    created_at: Mapped[Instant]

    plan: Mapped[ActionPlan] = relationship()
    pilot_zone: Mapped[ActivityZone | None] = relationship()

    __table_args__ = table_args(UniqueConstraint("plan_id"))


class StagePassage(Tracked, Base):
    """Somebody said that the démarche passes into `stage`; taken back, it stays as history.

    `missing` are the keys of what was not there yet; then `reason` says why it goes on.
    """

    __tablename__ = "stage_passage"
    __tracked__ = tracked(open="stage reason taken_back_at")

    id: Mapped[PrimaryKey]
    initiative_id: Mapped[int] = foreign_key("initiative.id")
    territory_id: Mapped[TerritoryId]
    stage: Mapped[InitiativeStage] = mapped_column(string_enum(InitiativeStage))
    passed_at: Mapped[Instant]
    passed_by_id: Mapped[int | None] = foreign_key("person.id")
    missing: Mapped[str] = mapped_column(String(400), default="")
    reason: Mapped[str | None] = mapped_column(String(400))
    taken_back_at: Mapped[datetime | None]

    passed_by: Mapped[Person | None] = relationship()

    __table_args__ = table_args(
        unique_where(
            "uq_stage_passage_standing", "initiative_id", "stage", where="taken_back_at IS NULL"
        ),
        CheckConstraint("stage <> 'preparation'", "begun_without_passage"),
        CheckConstraint("missing = '' OR reason IS NOT NULL", "goes_on_for_a_reason"),
    )


class ConditionTick(Tracked, Base):
    """A condition that no count knows: since when it is there, in a few words."""

    __tablename__ = "condition_tick"
    __tracked__ = tracked(open="key done_on words")

    id: Mapped[PrimaryKey]
    initiative_id: Mapped[int] = foreign_key("initiative.id")
    territory_id: Mapped[TerritoryId]
    key: Mapped[str] = mapped_column(String(40))
    done_on: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(String(200), default="")
    ticked_by_id: Mapped[int | None] = foreign_key("person.id")
    ticked_at: Mapped[Instant]

    __table_args__ = table_args(UniqueConstraint("initiative_id", "key"))
