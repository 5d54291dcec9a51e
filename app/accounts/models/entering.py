"""What lets a person in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.kinds import SignInWay
from app.accounts.models.people import Person, PersonId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    foreign_key,
    string_enum,
    table_args,
)
from app.core.tracking import Tracked, tracked


class SignIn(Base):
    """A session on the server's side; the cookie only holds the key whose hash stands here.

    `sealed_id_token` is what a provider wants to see again when its person signs out; it goes
    with the session.
    """

    __tablename__ = "sign_in"

    id: Mapped[PrimaryKey]
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[PersonId]
    opened_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    closed_at: Mapped[datetime | None]
    browser: Mapped[str | None] = mapped_column(String(200))
    way: Mapped[SignInWay] = mapped_column(string_enum(SignInWay), default=SignInWay.PASSWORD)
    sealed_id_token: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship()


class SignInFailure(Base):
    """A refused attempt, counted per account and per address; kept a day."""

    __tablename__ = "sign_in_failure"

    id: Mapped[PrimaryKey]
    subject: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[Instant]


class SecondFactor(Tracked, Base):
    """The secret that a person's authenticator app shares with us, sealed.

    `last_step`: the step of time whose code was used last; none before it is taken again.
    """

    __tablename__ = "second_factor"
    __tracked__ = tracked(personal="set_up_at")

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    sealed_secret: Mapped[str] = mapped_column(String(500))
    last_step: Mapped[int]
    set_up_at: Mapped[Instant]


class RecoveryCode(Base):
    """One way in without the app; the row goes as it is used."""

    __tablename__ = "recovery_code"

    id: Mapped[PrimaryKey]
    person_id: Mapped[PersonId]
    code_hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = table_args(UniqueConstraint("person_id", "code_hash"))


class ExternalIdentity(Tracked, Base):
    """Who a person is to a provider of identities (OpenID Connect: `iss` and `sub`).

    One that was parted with stays, and opens nothing: the address alone must not link it again.
    """

    __tablename__ = "external_identity"
    __tracked__ = tracked(personal="issuer linked_at unlinked_at")

    id: Mapped[PrimaryKey]
    person_id: Mapped[PersonId]
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[Instant]
    unlinked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()

    __table_args__ = table_args(
        UniqueConstraint("issuer", "subject"), UniqueConstraint("person_id", "issuer")
    )


class HalfSignIn(Base):
    """Everything but the second factor was right. Opens nothing, in one browser, for minutes.

    `issuer` and `subject`: the identity to link once the code was right, too.
    """

    __tablename__ = "half_sign_in"

    id: Mapped[PrimaryKey]
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[PersonId]
    way: Mapped[SignInWay] = mapped_column(string_enum(SignInWay))
    expires_at: Mapped[Instant]
    issuer: Mapped[str | None] = mapped_column(String(300))
    subject: Mapped[str | None] = mapped_column(String(255))
    sealed_id_token: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship()


class ProviderVisit(Base):
    """A browser on its way to the provider and back; the row goes as it is used.

    `person_id`: who, signed in, means to link an identity.
    """

    __tablename__ = "provider_visit"

    id: Mapped[PrimaryKey]
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state_hash: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    way_on: Mapped[str] = mapped_column(String(2000))
    person_id: Mapped[int | None] = foreign_key("person.id")
    expires_at: Mapped[Instant]
