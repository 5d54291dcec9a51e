"""Contact campaigns: every company of a zone, one after the other."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import ActivityZone, OrganisationId, Territory, TerritoryId
from app.core.database import (
    Base,
    PrimaryKey,
    PublicId,
    Versioned,
    foreign_key,
    string_enum,
    table_args,
)
from app.core.tracking import Tracked, tracked
from app.initiatives.kinds.campaigns import ContactState


class Campaign(Tracked, Versioned, Base):
    """The first contact with every company of a zone, or of the territory where it has none."""

    __tablename__ = "campaign"
    __tracked__ = tracked(open="title zone_id opened_on closed_on")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    zone_id: Mapped[int | None] = foreign_key("activity_zone.id")
    title: Mapped[str] = mapped_column(String(200))
    opened_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)

    territory: Mapped[Territory] = relationship()
    zone: Mapped[ActivityZone | None] = relationship()


class CampaignContact(Base):
    """How far it is with one company. One without a row is « à contacter »: new ones join so.

    `first_reached_at`: when it was first more than that; what is said later does not move it.
    """

    __tablename__ = "campaign_contact"

    id: Mapped[PrimaryKey]
    campaign_id: Mapped[int] = foreign_key("campaign.id")
    organisation_id: Mapped[OrganisationId]
    state: Mapped[ContactState] = mapped_column(string_enum(ContactState))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = foreign_key("person.id")
    first_reached_at: Mapped[datetime | None]

    __table_args__ = table_args(UniqueConstraint("campaign_id", "organisation_id"))
