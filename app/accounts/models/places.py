"""Territories, their zones, and organisations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.accounts.kinds import NafEdition, OrganisationKind, SizeBand
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    Versioned,
    foreign_key,
    refers_to,
    string_enum,
    table_args,
)
from app.core.identifiers import siren_of
from app.core.tracking import Tracked, tracked

TerritoryId = Annotated[int, foreign_key("territory.id")]
OrganisationId = Annotated[int, foreign_key("organisation.id")]

SEARCH_KEY_LENGTH = 400
DEFAULT_ZONE = "Europe/Paris"

organisation_territory = Table(
    "organisation_territory",
    Base.metadata,
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True),
    Column("territory_id", ForeignKey("territory.id"), primary_key=True, index=True),
)


class Territory(Tracked, Versioned, Base):
    """An EPCI or commune that runs a démarche; sets the clock and the holidays of its mails."""

    __tablename__ = "territory"
    __tracked__ = tracked(open="name siren holiday_zone time_zone send_hour second_factor_demanded")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(200))
    siren: Mapped[str | None] = mapped_column(String(9), unique=True)
    holiday_zone: Mapped[str] = mapped_column(String(20), default="metropole")
    time_zone: Mapped[str] = mapped_column(String(40), default=DEFAULT_ZONE)
    send_hour: Mapped[int] = mapped_column(Integer, default=8)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    # of who animates it, and of the operator
    second_factor_demanded: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[Instant]

    __table_args__ = table_args(CheckConstraint("send_hour BETWEEN 4 AND 20", "send_hour_of_day"))

    def journal_place(self) -> tuple[int | None, int | None]:
        return self.id, None


class ActivityZone(Tracked, Versioned, Base):
    """A zone d’activités: its record, begun by the CNIG standard « Sites économiques » or by hand.

    Of the standard: site_id, site_nom, site_vocadomi, site_surf_brute (hectares), site_nb_etab,
    site_taux_vacance (percent), site_geompoint (degrees). Every figure is declared, by
    `figures_source` on `figures_on`; what the directory here knows is counted apart.
    """

    __tablename__ = "activity_zone"
    __tracked__ = tracked(
        open="name dominant_use gross_area establishments vacancy_rate latitude longitude "
        "specialisation created_year figures_on figures_source note size_none size_1_9 "
        "size_10_49 size_50_249 size_250 age_under_3 age_3_10 age_over_10"
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    name: Mapped[str] = mapped_column(String(200))
    dominant_use: Mapped[str | None] = mapped_column(String(80))
    cnig_id: Mapped[str | None] = mapped_column(String(40))
    specialisation: Mapped[str | None] = mapped_column(String(200))
    created_year: Mapped[int | None] = mapped_column(Integer)
    gross_area: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    establishments: Mapped[int | None]
    vacancy_rate: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    figures_on: Mapped[date | None] = mapped_column(Date)
    figures_source: Mapped[str | None] = mapped_column(String(120))
    # how many companies, by how many work there, and by their years
    size_none: Mapped[int | None] = mapped_column(Integer)
    size_1_9: Mapped[int | None] = mapped_column(Integer)
    size_10_49: Mapped[int | None] = mapped_column(Integer)
    size_50_249: Mapped[int | None] = mapped_column(Integer)
    size_250: Mapped[int | None] = mapped_column(Integer)
    age_under_3: Mapped[int | None] = mapped_column(Integer)
    age_3_10: Mapped[int | None] = mapped_column(Integer)
    age_over_10: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str | None] = mapped_column(Text)

    territory: Mapped[Territory] = relationship()

    __table_args__ = table_args(
        UniqueConstraint("territory_id", "name"),
        CheckConstraint("created_year BETWEEN 1800 AND 2100", "created_in_a_year"),
        CheckConstraint(
            "size_none >= 0 AND size_1_9 >= 0 AND size_10_49 >= 0 AND size_50_249 >= 0 "
            "AND size_250 >= 0",
            "sizes_are_counts",
        ),
        CheckConstraint(
            "age_under_3 >= 0 AND age_3_10 >= 0 AND age_over_10 >= 0", "ages_are_counts"
        ),
    )


class Organisation(Tracked, Versioned, Base):
    """A collectivité, chamber, company, association… that can own a part of a project.

    `siren` follows the SIRET where there is one. Of all records with one SIRET a single one holds
    it (`sole_siret`); the others claim it, and nothing that their territory sees, not even the
    change log, tells them apart (`Claim`).
    `named_publicly` is the organisation's own word: who gave it or took it back last, and when.
    """

    __tablename__ = "organisation"
    __tracked__ = tracked(
        open="name kind siret siren naf naf_edition size zone_id named_publicly",
        partners="phone address postcode commune_code city",
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[OrganisationKind] = mapped_column(string_enum(OrganisationKind))
    siret: Mapped[str | None] = mapped_column(String(14), index=True)
    sole_siret: Mapped[str | None] = mapped_column(String(14), unique=True)
    siren: Mapped[str | None] = mapped_column(String(9), index=True)
    naf: Mapped[str | None] = mapped_column(String(10))
    naf_edition: Mapped[NafEdition | None] = mapped_column(string_enum(NafEdition))
    size: Mapped[SizeBand | None] = mapped_column(string_enum(SizeBand))
    phone: Mapped[str | None] = mapped_column(String(30))
    address: Mapped[str | None] = mapped_column(String(300))
    postcode: Mapped[str | None] = mapped_column(String(5))
    commune_code: Mapped[str | None] = mapped_column(String(5))
    city: Mapped[str | None] = mapped_column(String(120))
    zone_id: Mapped[int | None] = foreign_key("activity_zone.id")
    named_publicly: Mapped[bool] = mapped_column(Boolean, default=False)
    naming_decided_at: Mapped[datetime | None]
    # no foreign key: a join of people and organisations goes by their memberships alone
    naming_decided_by_id: Mapped[int | None] = refers_to("person")
    search_key: Mapped[str] = mapped_column(String(SEARCH_KEY_LENGTH), index=True)
    created_at: Mapped[Instant]

    territories: Mapped[list[Territory]] = relationship(secondary=organisation_territory)
    zone: Mapped[ActivityZone | None] = relationship()

    __table_args__ = table_args(
        CheckConstraint("siret IS NULL OR siren = substr(siret, 1, 9)", "siren_of_its_siret"),
        CheckConstraint("sole_siret IS NULL OR sole_siret = siret", "sole_is_its_own"),
        CheckConstraint("(naf IS NULL) = (naf_edition IS NULL)", "naf_has_edition"),
    )

    @validates("siret")
    def _hold_siret(self, _name: str, siret: str | None) -> str | None:
        """Whoever sets it holds it, until `claims` says that somebody else does."""
        self.sole_siret = siret
        if siret is not None:
            self.siren = siren_of(siret)
        return siret
