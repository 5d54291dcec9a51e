"""Questions that wait for an answer, and the links that answer them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.kinds import AskKind, AskState, GrantPurpose
from app.accounts.models.people import Person, PersonId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    foreign_key,
    refers_by,
    string_enum,
    table_args,
    unique_where,
)
from app.core.tracking import Tracked, tracked

_JOINING_AND_OPEN = "state = 'open' AND kind IN ('invitation', 'territory_role', 'operator')"


class Ask(Tracked, Base):
    """One question that waits for one answer; a handler per kind runs the verb.

    An organisation is asked by a mail to its contact, and any of its members may answer. `words`
    are what the answer said beside yes or no. Territory and project are plain ids: the rooms that
    know them lie above.
    """

    __tablename__ = "ask"
    __tracked__ = tracked(
        open="kind subject_kind subject_id asked_organisation_id state", partners="words"
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    kind: Mapped[AskKind] = mapped_column(string_enum(AskKind))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = refers_by(
        "subject_kind", organisation="organisation", person="person"
    )
    asker_id: Mapped[PersonId]
    asked_person_id: Mapped[int | None] = foreign_key("person.id")
    asked_organisation_id: Mapped[int | None] = foreign_key("organisation.id")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    text_version: Mapped[str] = mapped_column(String(20))
    territory_id: Mapped[int | None]
    project_id: Mapped[int | None]
    words: Mapped[str | None] = mapped_column(String(400))
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
        unique_where(
            "uq_ask_open_invitation",
            "kind",
            "subject_kind",
            "subject_id",
            "asked_person_id",
            where=_JOINING_AND_OPEN,
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
    subject_id: Mapped[int] = refers_by(
        "subject_kind", organisation="organisation", person="person"
    )
    created_at: Mapped[Instant]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()

    __table_args__ = table_args(
        UniqueConstraint("person_id", "purpose", "subject_kind", "subject_id", "created_at"),
    )
