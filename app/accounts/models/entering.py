"""What lets a person in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.people import Person, PersonId
from app.core.database import Base, Instant, PrimaryKey


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
