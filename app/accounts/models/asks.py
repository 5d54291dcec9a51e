"""Questions that wait for an answer, and the links that answer them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.kinds import AskKind, AskState, GrantPurpose
from app.accounts.models.people import Person, PersonId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    string_enum,
    table_args,
)

_JOINING_AND_OPEN = "state = 'open' AND kind IN ('invitation', 'territory_role', 'operator')"


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
        # two people invite the same person at once: one question waits, not two
        Index(
            "uq_ask_open_invitation",
            "kind",
            "subject_kind",
            "subject_id",
            "asked_person_id",
            unique=True,
            sqlite_where=text(_JOINING_AND_OPEN),
            postgresql_where=text(_JOINING_AND_OPEN),
        ),
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
