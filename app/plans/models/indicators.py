"""What a project measures: indicators, what is aimed at, and the values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, TerritoryId
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
from app.plans.kinds import ElipseAxis, MeasureMethod
from app.plans.models.project import Project, ProjectId

LONGEST_UNIT = 60
LONGEST_HOW = 200


class Indicator(Tracked, Versioned, Base):
    """What a project measures; a value belongs to the project, never to each partner."""

    __tablename__ = "indicator"
    __tracked__ = tracked(open="label unit axis removed_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    label: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(LONGEST_UNIT))
    axis: Mapped[ElipseAxis | None] = mapped_column(string_enum(ElipseAxis))
    removed_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship()

    __table_args__ = table_args(
        unique_where(
            "uq_indicator_project_id_label", "project_id", "label", where="removed_at IS NULL"
        ),
    )


class Target(Tracked, Versioned, Base):
    """What an indicator is to reach in a year, and where it started. A secret of the partners.

    It is read by the partners who had confirmed their part at `opened_at`, as a flow's quantity.
    """

    __tablename__ = "target"
    __tracked__ = tracked(
        secret="value baseline_value", open="year baseline_year opened_at removed_at"
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    indicator_id: Mapped[int] = foreign_key("indicator.id")
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    year: Mapped[int]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    baseline_year: Mapped[int | None]
    baseline_value: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    opened_at: Mapped[Instant]
    removed_at: Mapped[datetime | None]

    indicator: Mapped[Indicator] = relationship()

    __table_args__ = table_args(
        unique_where("uq_target_year", "indicator_id", "year", where="removed_at IS NULL"),
        CheckConstraint("baseline_year IS NULL OR baseline_year < year", "baseline_comes_before"),
        CheckConstraint("(baseline_year IS NULL) = (baseline_value IS NULL)", "whole_baseline"),
    )


class Measurement(Tracked, Versioned, Base):
    """One value of an indicator for a period, both days included, with how it was obtained.

    `method`: declared, estimated or measured; `how`: in words. `organisation_id`: who said it.
    Two values of one method never share a day: the verb sees to it, under the indicator's lock.
    """

    __tablename__ = "measurement"
    __tracked__ = tracked(
        secret="value",
        partners="how organisation_id",
        open="starts_on ends_on method opened_at removed_at",
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    indicator_id: Mapped[int] = foreign_key("indicator.id")
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    value: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    method: Mapped[MeasureMethod] = mapped_column(string_enum(MeasureMethod))
    how: Mapped[str | None] = mapped_column(String(LONGEST_HOW))
    opened_at: Mapped[Instant]
    removed_at: Mapped[datetime | None]

    indicator: Mapped[Indicator] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = table_args(
        unique_where(
            "uq_measurement_start",
            "indicator_id",
            "starts_on",
            "method",
            where="removed_at IS NULL",
        ),
        CheckConstraint("ends_on >= starts_on", "ends_after_its_start"),
    )
