"""Territories, organisations, people, and what lets a person in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.kinds import (
    AskKind,
    AskState,
    GrantPurpose,
    MailRhythm,
    MembershipRole,
    OrganisationKind,
    TerritoryRoleKind,
)
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

TerritoryId = Annotated[int, foreign_key("territory.id")]
OrganisationId = Annotated[int, foreign_key("organisation.id")]
PersonId = Annotated[int, foreign_key("person.id")]

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
    __tracked__ = tracked(open="name siren holiday_zone time_zone send_hour")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(200))
    siren: Mapped[str | None] = mapped_column(String(9), unique=True)
    holiday_zone: Mapped[str] = mapped_column(String(20), default="metropole")
    time_zone: Mapped[str] = mapped_column(String(40), default=DEFAULT_ZONE)
    send_hour: Mapped[int] = mapped_column(Integer, default=8)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[Instant]

    __table_args__ = table_args(CheckConstraint("send_hour BETWEEN 4 AND 20", "send_hour_of_day"))

    def journal_place(self) -> tuple[int | None, int | None]:
        return self.id, None


class ActivityZone(Tracked, Versioned, Base):
    """A zone d'activités (CNIG « Sites économiques »: site_id, site_nom, site_vocadomi)."""

    __tablename__ = "activity_zone"
    __tracked__ = tracked(open="name dominant_use")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    name: Mapped[str] = mapped_column(String(200))
    dominant_use: Mapped[str | None] = mapped_column(String(80))
    cnig_id: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = table_args(UniqueConstraint("territory_id", "name"))


class Organisation(Tracked, Versioned, Base):
    """A collectivité, chamber, company, association… that can own a part of a project."""

    __tablename__ = "organisation"
    __tracked__ = tracked(open="name kind siret naf", partners="phone city")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[OrganisationKind] = mapped_column(string_enum(OrganisationKind))
    siret: Mapped[str | None] = mapped_column(String(14), unique=True)
    naf: Mapped[str | None] = mapped_column(String(10))
    phone: Mapped[str | None] = mapped_column(String(30))
    city: Mapped[str | None] = mapped_column(String(120))
    zone_id: Mapped[int | None] = foreign_key("activity_zone.id")
    named_publicly: Mapped[bool] = mapped_column(Boolean, default=False)
    search_key: Mapped[str] = mapped_column(String(SEARCH_KEY_LENGTH), index=True)
    created_at: Mapped[Instant]

    territories: Mapped[list[Territory]] = relationship(secondary=organisation_territory)
    zone: Mapped[ActivityZone | None] = relationship()


class Person(Tracked, Versioned, Base):
    """A contact, who may or may not sign in. Contact is not account (domain.md §6)."""

    __tablename__ = "person"
    __tracked__ = tracked(personal="name email phone", open="is_operator")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(String(30))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_operator: Mapped[bool] = mapped_column(Boolean, default=False)
    time_zone: Mapped[str | None] = mapped_column(String(40))
    search_key: Mapped[str] = mapped_column(String(SEARCH_KEY_LENGTH), index=True)
    created_at: Mapped[Instant]
    anonymised_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(back_populates="person")

    __table_args__ = table_args(CheckConstraint("email = lower(email)", "email_lower_case"))


class Membership(Tracked, Base):
    """A person's place in an organisation: ended, never deleted."""

    __tablename__ = "membership"
    __tracked__ = tracked(open="role is_default ended_on", partners="function")

    id: Mapped[PrimaryKey]
    person_id: Mapped[PersonId]
    organisation_id: Mapped[OrganisationId]
    role: Mapped[MembershipRole] = mapped_column(
        string_enum(MembershipRole), default=MembershipRole.MEMBER
    )
    function: Mapped[str | None] = mapped_column(String(120))
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)

    person: Mapped[Person] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = table_args(
        Index(
            "uq_membership_active",
            "person_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(
            "uq_membership_default_contact",
            "organisation_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL AND is_default"),
            postgresql_where=text("ended_on IS NULL AND is_default"),
        ),
    )


class TerritoryRole(Tracked, Base):
    """What a person does for a whole territory: ended, never deleted."""

    __tablename__ = "territory_role"
    __tracked__ = tracked(open="role ended_on")

    id: Mapped[PrimaryKey]
    person_id: Mapped[PersonId]
    territory_id: Mapped[TerritoryId]
    role: Mapped[TerritoryRoleKind] = mapped_column(string_enum(TerritoryRoleKind))
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)

    person: Mapped[Person] = relationship()

    __table_args__ = table_args(
        Index(
            "uq_territory_role_active",
            "person_id",
            "territory_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )


class MailPreference(Base):
    """How one person wants the relances; no row means at once."""

    __tablename__ = "mail_preference"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    rhythm: Mapped[MailRhythm] = mapped_column(string_enum(MailRhythm), default=MailRhythm.AT_ONCE)
    paused_until: Mapped[date | None] = mapped_column(Date)
    updated_at: Mapped[Instant]


class Ask(Base):
    """One question that waits for one answer; a handler per kind runs the verb."""

    __tablename__ = "ask"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    kind: Mapped[AskKind] = mapped_column(string_enum(AskKind))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    asker_id: Mapped[PersonId]
    asked_person_id: Mapped[int | None] = foreign_key("person.id")
    asked_organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    text_version: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    state: Mapped[AskState] = mapped_column(string_enum(AskState), default=AskState.OPEN)
    answered_by_id: Mapped[int | None] = foreign_key("person.id")
    answered_at: Mapped[datetime | None]

    __table_args__ = table_args(
        CheckConstraint(
            "asked_person_id IS NOT NULL OR asked_organisation_id IS NOT NULL", "somebody_asked"
        ),
        CheckConstraint(
            "(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)", "answer_dated"
        ),
        Index("ix_ask_subject", "subject_kind", "subject_id"),
    )


class Grant(Base):
    """What a mailed link allows: one person, one purpose, one subject; revocable at once."""

    __tablename__ = "access_grant"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    person_id: Mapped[PersonId]
    purpose: Mapped[GrantPurpose] = mapped_column(string_enum(GrantPurpose))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    created_at: Mapped[Instant]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()

    __table_args__ = table_args(
        UniqueConstraint("person_id", "purpose", "subject_kind", "subject_id", "created_at"),
    )


class SignIn(Base):
    """A session on the server's side; the cookie only holds the key whose hash stands here."""

    __tablename__ = "sign_in"

    id: Mapped[PrimaryKey]
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[PersonId]
    opened_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    closed_at: Mapped[datetime | None]
    browser: Mapped[str | None] = mapped_column(String(200))
    by_link: Mapped[bool] = mapped_column(Boolean, default=False)

    person: Mapped[Person] = relationship()


class SignInFailure(Base):
    """A refused attempt, counted per account and per address; kept a day."""

    __tablename__ = "sign_in_failure"

    id: Mapped[PrimaryKey]
    subject: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[Instant]
