"""People, where they belong, and how they want their mail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.kinds import MailRhythm, MembershipRole, TerritoryRoleKind
from app.accounts.models.places import (
    SEARCH_KEY_LENGTH,
    Organisation,
    OrganisationId,
    Territory,
    TerritoryId,
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
    unique_where,
)
from app.core.tracking import Tracked, tracked

PersonId = Annotated[int, foreign_key("person.id")]


class Person(Tracked, Versioned, Base):
    """A contact, who may or may not sign in. Contact is not account (domain.md §6)."""

    __tablename__ = "person"
    __tracked__ = tracked(personal="name email phone", open="is_operator anonymised_at")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(String(30))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_operator: Mapped[bool] = mapped_column(Boolean, default=False)
    time_zone: Mapped[str | None] = mapped_column(String(40))
    # of the week, Monday 1 to Friday 5; None: on all of them
    work_days: Mapped[str | None] = mapped_column(String(5))
    search_key: Mapped[str] = mapped_column(String(SEARCH_KEY_LENGTH), index=True)
    created_at: Mapped[Instant]
    anonymised_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(back_populates="person")

    __table_args__ = table_args(CheckConstraint("email = lower(email)", "email_lower_case"))


class Membership(Tracked, Base):
    """A person's place in an organisation: ended, never deleted.

    `own_leave`: they left by themselves, and alone may take that back.
    """

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
    own_leave: Mapped[bool] = mapped_column(Boolean, default=False)

    person: Mapped[Person] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = table_args(
        unique_where(
            "uq_membership_active", "person_id", "organisation_id", where="ended_on IS NULL"
        ),
        unique_where(
            "uq_membership_default_contact",
            "organisation_id",
            where="ended_on IS NULL AND is_default",
        ),
    )


class TerritoryRole(Tracked, Base):
    """What a person does for a whole territory: ended, never deleted.

    `function` is a word on it: elected official, funder… `own_leave` as above.
    """

    __tablename__ = "territory_role"
    __tracked__ = tracked(open="role function ended_on")

    id: Mapped[PrimaryKey]
    person_id: Mapped[PersonId]
    territory_id: Mapped[TerritoryId]
    role: Mapped[TerritoryRoleKind] = mapped_column(string_enum(TerritoryRoleKind))
    function: Mapped[str | None] = mapped_column(String(120))
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    own_leave: Mapped[bool] = mapped_column(Boolean, default=False)

    person: Mapped[Person] = relationship()
    territory: Mapped[Territory] = relationship()

    __table_args__ = table_args(
        unique_where(
            "uq_territory_role_active", "person_id", "territory_id", where="ended_on IS NULL"
        ),
    )


class Absence(Tracked, Base):
    """Days, first and last included, on which a colleague answers in a person's place."""

    __tablename__ = "absence"
    __tracked__ = tracked(open="person_id substitute_id starts_on ends_on")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    person_id: Mapped[PersonId]
    substitute_id: Mapped[PersonId]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)

    substitute: Mapped[Person] = relationship(foreign_keys="Absence.substitute_id")

    __table_args__ = table_args(
        CheckConstraint("ends_on >= starts_on", "ends_after_it_starts"),
        CheckConstraint("person_id <> substitute_id", "somebody_else"),
    )


class MailPreference(Base):
    """How one person wants the relances; no row means at once.

    `former`: what held before « aucun courriel », for whoever comes back.
    """

    __tablename__ = "mail_preference"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    rhythm: Mapped[MailRhythm] = mapped_column(string_enum(MailRhythm), default=MailRhythm.AT_ONCE)
    former: Mapped[str | None] = mapped_column(String(40))
    paused_until: Mapped[date | None] = mapped_column(Date)
    updated_at: Mapped[Instant]

    __table_args__ = table_args(
        CheckConstraint("former IN ('at_once', 'daily', 'weekly')", "former_rhythm")
    )
