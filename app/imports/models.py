"""This room's tables: what came in, what is remembered of it, and what it became."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person, Territory, TerritoryId
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
from app.imports.kinds import ImportState, NameChoice, TableKind
from app.plans.models import ActionPlan, PersonRef, ProjectId


class Import(Tracked, Versioned, Base):
    """One file or pasted table: the rows as they were read, what was decided, what was done.

    `tables` are the sheets with their columns; `corrections` what was typed over a cell; `ledger`
    says row by row what applying changed, so that it can be taken back. Once forgotten (`jobs.py`)
    only the ledger is left of what was read.
    """

    __tablename__ = "import"
    __tracked__ = tracked(open="state", partners="file_name")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    plan_id: Mapped[int] = foreign_key("action_plan.id")
    file_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[ImportState] = mapped_column(string_enum(ImportState), default=ImportState.DRAFT)
    tables: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    corrections: Mapped[dict[str, Any]] = mapped_column(JSON)
    names: Mapped[dict[str, Any]] = mapped_column(JSON)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    ledger: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    launches: Mapped[bool] = mapped_column(Boolean, default=False)
    brought_at: Mapped[Instant]
    brought_by_id: Mapped[PersonRef]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship()
    plan: Mapped[ActionPlan] = relationship()
    brought_by: Mapped[Person | None] = relationship()

    __table_args__ = table_args(
        CheckConstraint("state = 'draft' OR applied_at IS NOT NULL", "application_dated"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", "undoing_dated"),
    )


class ImportedRow(Base):
    """Which project or step a row of the tracker became, and what the row said then."""

    __tablename__ = "imported_row"

    id: Mapped[PrimaryKey]
    territory_id: Mapped[TerritoryId]
    plan_id: Mapped[int] = foreign_key("action_plan.id")
    key: Mapped[str] = mapped_column(String(64))
    project_id: Mapped[ProjectId]
    step_id: Mapped[int | None] = foreign_key("step.id")
    said: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = table_args(UniqueConstraint("plan_id", "key"))


class RememberedColumns(Base):
    """How a territory read the columns under these headings the last time."""

    __tablename__ = "remembered_columns"

    id: Mapped[PrimaryKey]
    territory_id: Mapped[TerritoryId]
    signature: Mapped[str] = mapped_column(String(64))
    kind: Mapped[TableKind] = mapped_column(string_enum(TableKind))
    fields: Mapped[list[str | None]] = mapped_column(JSON)

    __table_args__ = table_args(UniqueConstraint("territory_id", "signature"))


class RememberedName(Base):
    """What a territory said that a name in its tables stands for."""

    __tablename__ = "remembered_name"

    id: Mapped[PrimaryKey]
    territory_id: Mapped[TerritoryId]
    key: Mapped[str] = mapped_column(String(200))
    choice: Mapped[NameChoice] = mapped_column(string_enum(NameChoice))
    organisation_id: Mapped[int | None] = foreign_key("organisation.id")

    __table_args__ = table_args(
        UniqueConstraint("territory_id", "key"),
        CheckConstraint("(choice = 'known') = (organisation_id IS NOT NULL)", "known_is_named"),
    )
