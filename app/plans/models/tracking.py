"""What a collectivité's tracker says of a project beyond its page: money, and free texts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import TerritoryId
from app.core.database import (
    Base,
    PrimaryKey,
    PublicId,
    Versioned,
    foreign_key,
    string_enum,
    table_args,
    unique_where,
)
from app.core.tracking import Tracked, tracked
from app.plans.kinds import FundingState
from app.plans.models.project import Project, ProjectId

LONGEST_FUNDER = 200


class Funding(Tracked, Versioned, Base):
    """One funder of a project, as it is called; `organisation_id` where it is known here.

    `rank` orders the lines, those of one rank by their age: a line that comes back may meet one.
    """

    __tablename__ = "funding"
    __tracked__ = tracked(
        partners="rank funder organisation_id amount_cents spent_cents state removed_at",
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    rank: Mapped[int] = mapped_column(Integer)
    funder: Mapped[str] = mapped_column(String(LONGEST_FUNDER))
    organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    amount_cents: Mapped[int | None]
    spent_cents: Mapped[int | None]
    state: Mapped[FundingState] = mapped_column(
        string_enum(FundingState), default=FundingState.EXPECTED
    )
    removed_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship()

    __table_args__ = table_args(
        CheckConstraint("amount_cents IS NULL OR amount_cents >= 0", "amount_is_not_less"),
        CheckConstraint("spent_cents IS NULL OR spent_cents >= 0", "spent_is_not_less"),
    )


class TrackingSheet(Tracked, Versioned, Base):
    """The texts of the tracker for a project, or for one of its steps where it differs there.

    Words as they were typed: of a vague date (`starts_text`, `ends_text`), of a status that this
    plan has no name for (`status_text`), of who pilots (`person`).
    """

    __tablename__ = "tracking_sheet"
    __tracked__ = tracked(
        partners="sub_axis sub_sub_axis governance objectives indicators means partners department "
        "person elected participation financing status_text starts_on starts_text ends_text notes",
    )

    id: Mapped[PrimaryKey]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    step_id: Mapped[int | None] = foreign_key("step.id")
    sub_axis: Mapped[str] = mapped_column(Text, default="")
    sub_sub_axis: Mapped[str] = mapped_column(Text, default="")
    governance: Mapped[str] = mapped_column(Text, default="")
    objectives: Mapped[str] = mapped_column(Text, default="")
    indicators: Mapped[str] = mapped_column(Text, default="")
    means: Mapped[str] = mapped_column(Text, default="")
    partners: Mapped[str] = mapped_column(Text, default="")
    department: Mapped[str] = mapped_column(Text, default="")
    person: Mapped[str] = mapped_column(Text, default="")
    elected: Mapped[str] = mapped_column(Text, default="")
    participation: Mapped[str] = mapped_column(Text, default="")
    financing: Mapped[str] = mapped_column(Text, default="")
    status_text: Mapped[str] = mapped_column(Text, default="")
    # of a project its own columns say these
    starts_on: Mapped[date | None] = mapped_column(Date)
    starts_text: Mapped[str] = mapped_column(Text, default="")
    ends_text: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = table_args(
        unique_where("uq_tracking_sheet_project", "project_id", where="step_id IS NULL"),
        unique_where("uq_tracking_sheet_step", "step_id", where="step_id IS NOT NULL"),
        CheckConstraint("step_id IS NOT NULL OR starts_on IS NULL", "start_of_a_step"),
    )


# the free texts, in the order in which the tracker has them
SHEET_TEXTS = (
    "sub_axis",
    "sub_sub_axis",
    "governance",
    "objectives",
    "indicators",
    "means",
    "partners",
    "department",
    "person",
    "elected",
    "participation",
    "financing",
    "status_text",
    "starts_text",
    "ends_text",
    "notes",
)
