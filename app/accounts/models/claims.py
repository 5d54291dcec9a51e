"""Organisations known in one place and asked for in another, and those that left a territory."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.people import PersonId
from app.accounts.models.places import Organisation, OrganisationId, TerritoryId
from app.core.database import (
    Base,
    BigId,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    table_args,
)
from app.core.tracking import Tracked, tracked


class Claim(Tracked, Base):
    """A territory's record bears the SIRET of one that it does not see: are they the same?

    The organisation answers first; then whoever keeps the territory's record makes them one.
    Until then neither side sees anything of the other.
    """

    __tablename__ = "claim"
    # a no is not told where it was asked: the change log of that territory would tell of it
    __tracked__ = tracked(open="accepted_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    local_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), unique=True)
    known_id: Mapped[OrganisationId]
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[PersonId]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = foreign_key("person.id")

    local: Mapped[Organisation] = relationship(foreign_keys="Claim.local_id")
    known: Mapped[Organisation] = relationship(foreign_keys="Claim.known_id")

    __table_args__ = table_args(
        CheckConstraint("local_id <> known_id", "two_records"),
        CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", "one_answer"),
    )


class Departure(Tracked, Base):
    """An organisation taken off a territory; told, and taken back within a day."""

    __tablename__ = "departure"
    __tracked__ = tracked(open="organisation_id undone_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[OrganisationId]
    territory_id: Mapped[TerritoryId]
    zone_id: Mapped[int | None] = foreign_key("activity_zone.id")
    left_at: Mapped[Instant]
    left_by_id: Mapped[PersonId]
    undone_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
