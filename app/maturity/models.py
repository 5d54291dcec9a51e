"""Where a territory stands in a framework, and what proves it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person, Territory
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
from app.frameworks.models import KEY_LENGTH, REF_LENGTH, FrameworkVersion
from app.maturity.kinds import CriterionStatus, EvidenceKind


class Assessment(Tracked, Base):
    """One territory, one framework version, one year. Frozen, it no longer changes.

    An open one follows a newer text when somebody says so (`version_id`).

    `kept` is what the data said on that day, for ever: counts, and the state and day of each
    proof by its public id. Years frozen before there was such a thing have none.
    """

    __tablename__ = "assessment"
    __tracked__ = tracked(open="year version_id frozen_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[int] = foreign_key("territory.id")
    version_id: Mapped[int] = foreign_key("framework_version.id")
    year: Mapped[int] = mapped_column(Integer)
    frozen_at: Mapped[datetime | None]
    frozen_by_id: Mapped[int | None] = foreign_key("person.id")
    kept: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    version: Mapped[FrameworkVersion] = relationship()
    territory: Mapped[Territory] = relationship()
    frozen_by: Mapped[Person | None] = relationship()
    criteria: Mapped[list[Criterion]] = relationship(back_populates="assessment")

    __table_args__ = table_args(
        UniqueConstraint("territory_id", "version_id", "year"),
        CheckConstraint("kept IS NULL OR frozen_at IS NOT NULL", "kept_when_frozen"),
    )


class Criterion(Tracked, Versioned, Base):
    """What a person confirmed of one node; no row means nothing was confirmed yet.

    `fractions` (done, planned, not done) are decimals written as text: they stay exact.
    `text_id`: the text that the person had read. What a newer one does not hold is kept.
    """

    __tablename__ = "criterion"
    __tracked__ = tracked(open="status fractions concerned comment text_id")

    id: Mapped[PrimaryKey]
    assessment_id: Mapped[int] = foreign_key("assessment.id")
    territory_id: Mapped[int] = foreign_key("territory.id")
    ref: Mapped[str] = mapped_column(String(REF_LENGTH))
    status: Mapped[CriterionStatus] = mapped_column(string_enum(CriterionStatus))
    fractions: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    concerned: Mapped[bool] = mapped_column(Boolean, default=True)
    comment: Mapped[str | None] = mapped_column(String(1000))
    text_id: Mapped[int] = foreign_key("framework_version.id")
    confirmed_by_id: Mapped[int | None] = foreign_key("person.id")
    confirmed_at: Mapped[Instant]

    assessment: Mapped[Assessment] = relationship(back_populates="criteria")

    __table_args__ = table_args(
        UniqueConstraint("assessment_id", "ref"),
        CheckConstraint(
            "(status = 'detailed') = (fractions IS NOT NULL)", "detailed_has_fractions"
        ),
    )


class Evidence(Tracked, Base):
    """What proves a criterion (`framework_key`, `ref`) of a territory, by kind and plain id.

    It belongs to the framework, not to one version or year: what proves a criterion still does
    when the text is imported anew. Removed, it is kept, so that a frozen year keeps its proofs.
    `project_id`: of a project, and of what stands in one. `proved_on`: the day that it speaks of
    as a person said it; None where the plan itself tells it.
    """

    __tablename__ = "evidence"
    __tracked__ = tracked(open="framework_key ref kind subject_id note proved_on removed_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[int] = foreign_key("territory.id")
    framework_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    ref: Mapped[str] = mapped_column(String(REF_LENGTH))
    kind: Mapped[EvidenceKind] = mapped_column(string_enum(EvidenceKind))
    subject_id: Mapped[int]
    project_id: Mapped[int | None] = foreign_key("project.id")
    note: Mapped[str | None] = mapped_column(String(400))
    proved_on: Mapped[date | None] = mapped_column(Date)
    added_by_id: Mapped[int | None] = foreign_key("person.id")
    added_at: Mapped[Instant]
    removed_at: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship()

    __table_args__ = table_args(
        unique_where(
            "uq_evidence_live",
            "territory_id",
            "framework_key",
            "ref",
            "kind",
            "subject_id",
            where="removed_at IS NULL",
        ),
        CheckConstraint(
            "kind NOT IN ('project', 'step', 'indicator') OR project_id IS NOT NULL",
            "of_a_project",
        ),
        Index("ix_evidence_place", "territory_id", "framework_key", "ref"),
        Index("ix_evidence_subject", "kind", "subject_id"),
    )


class Deadline(Tracked, Base):
    """By when something of a year's assessment is to be there: a programme's deliverable."""

    __tablename__ = "maturity_deadline"
    __tracked__ = tracked(open="ref due_on")

    id: Mapped[PrimaryKey]
    assessment_id: Mapped[int] = foreign_key("assessment.id")
    territory_id: Mapped[int] = foreign_key("territory.id")
    ref: Mapped[str] = mapped_column(String(REF_LENGTH))
    due_on: Mapped[date] = mapped_column(Date)

    __table_args__ = table_args(UniqueConstraint("assessment_id", "ref"))


class SharedReading(Tracked, Base):
    """A territory agrees to have its levels read beside those of others; the row goes with it."""

    __tablename__ = "maturity_shared_reading"
    __tracked__ = tracked(open="agreed_at")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), unique=True)
    agreed_by_id: Mapped[int | None] = foreign_key("person.id")
    agreed_at: Mapped[Instant]
