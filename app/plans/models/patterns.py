"""Patterns of projects that a territory keeps for itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import TerritoryId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    string_enum,
    table_args,
    unique_where,
)
from app.core.tracking import Tracked, tracked
from app.plans.kinds import PartnerRole, SynergyType
from app.plans.models.project import PersonRef


class SavedPattern(Tracked, Base):
    """A project's outline kept for others: roles instead of organisations, days instead of dates.

    Taken off the list it stays a row: projects may have been started from it.
    """

    __tablename__ = "saved_pattern"
    __tracked__ = tracked(open="title retired_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400), default="")
    synergy_type: Mapped[SynergyType | None] = mapped_column(string_enum(SynergyType))
    saved_by_id: Mapped[PersonRef]
    saved_at: Mapped[Instant]
    retired_at: Mapped[datetime | None]

    roles: Mapped[list[SavedRole]] = relationship(order_by="SavedRole.id")
    steps: Mapped[list[SavedStep]] = relationship(order_by="SavedStep.place")


class SavedRole(Base):
    """Whom a saved pattern needs."""

    __tablename__ = "saved_role"

    id: Mapped[PrimaryKey]
    pattern_id: Mapped[int] = foreign_key("saved_pattern.id")
    territory_id: Mapped[TerritoryId]
    key: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    part: Mapped[PartnerRole] = mapped_column(string_enum(PartnerRole))

    __table_args__ = table_args(
        UniqueConstraint("pattern_id", "key"),
        unique_where("uq_saved_role_lead", "pattern_id", where="part = 'lead'"),
    )


class SavedStep(Base):
    """What a saved pattern's role does, so many working days after the start."""

    __tablename__ = "saved_step"

    id: Mapped[PrimaryKey]
    pattern_id: Mapped[int] = foreign_key("saved_pattern.id")
    territory_id: Mapped[TerritoryId]
    place: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(10))
    after: Mapped[int | None]
    is_milestone: Mapped[bool] = mapped_column(Boolean, default=False)

    __table_args__ = table_args(
        UniqueConstraint("pattern_id", "place"), CheckConstraint("after >= 0", "not_before_start")
    )
