"""The ledger of relances: each occasion once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    Versioned,
    foreign_key,
    string_enum,
    table_args,
    unique_where,
)
from app.core.tracking import Tracked, tracked
from app.reminders.kinds import NEVER_WRITTEN, Answer, Audience, Manner, Reason, RelanceState

_WRITTEN = ", ".join(f"'{one.value}'" for one in Reason if one not in NEVER_WRITTEN)


class Relance(Base):
    """One occasion to speak of one subject, decided once.

    `basis` is the due date itself (or blocked-since, last-news date): editing a title repeats
    nothing, a moved date is a new occasion. The recipient is not in the key: a hand-over before
    sending releases the occasion, and the row is then decided again. `mailed_on` is the local
    day of the mail; it stays on a released row, since that day's mail has been used up.
    """

    __tablename__ = "relance"

    id: Mapped[PrimaryKey]
    territory_id: Mapped[int] = foreign_key("territory.id")
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    basis: Mapped[date] = mapped_column(Date)
    code: Mapped[str] = mapped_column(String(12))
    former: Mapped[int] = mapped_column(Integer, default=0)
    nominal_on: Mapped[date] = mapped_column(Date)
    recipient_id: Mapped[int | None] = foreign_key("person.id")
    mail_id: Mapped[int | None] = foreign_key("mail.id")
    mailed_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[RelanceState] = mapped_column(string_enum(RelanceState))
    reason: Mapped[Reason | None] = mapped_column(string_enum(Reason, checked=False))
    decided_at: Mapped[Instant]
    answer: Mapped[Answer | None] = mapped_column(string_enum(Answer))
    answered_at: Mapped[datetime | None]
    # written once: an answer may be followed by others, and the figures count the first
    first_answered_at: Mapped[datetime | None]
    # who really answered, where a mail was passed on: a person known here, or the name they gave
    answered_by_id: Mapped[int | None] = foreign_key("person.id")
    answered_as: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = table_args(
        UniqueConstraint(
            "subject_kind", "subject_id", "basis", "code", "former", name="uq_relance_occasion"
        ),
        CheckConstraint("former = 0 OR (former > 0 AND state = 'released')", "former_was_released"),
        CheckConstraint(
            "state <> 'told' OR (mail_id IS NOT NULL AND mailed_on IS NOT NULL)", "told_by_a_mail"
        ),
        CheckConstraint(f"reason IN ({_WRITTEN})", "reason"),
        CheckConstraint("(state = 'told') = (reason IS NULL)", "not_told_for_a_reason"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", "answer_is_dated"),
        Index("ix_relance_mailed_on", "mailed_on", "recipient_id"),
    )


class RelanceSetting(Tracked, Versioned, Base):
    """A territory's relances: nobody is mailed before the pilot has said « Démarrer ».

    No mail leaves before `paused_until`. `run_on` is the last local day that was decided.
    """

    __tablename__ = "relance_setting"
    __tracked__ = tracked(open="started_at paused_until")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), unique=True)
    started_at: Mapped[datetime | None]
    started_by_id: Mapped[int | None] = foreign_key("person.id")
    paused_until: Mapped[date | None] = mapped_column(Date)
    run_on: Mapped[date | None] = mapped_column(Date)


class RelancePolicy(Tracked, Versioned, Base):
    """A territory's own rules for one audience, in days; no row means the usual ones.

    A distance that is NULL is not used.
    """

    __tablename__ = "relance_policy"
    __tracked__ = tracked(open="before_days eve after_days milestone_days gap weekly")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[int] = foreign_key("territory.id")
    audience: Mapped[Audience] = mapped_column(string_enum(Audience))
    before_days: Mapped[int | None]
    eve: Mapped[bool] = mapped_column(Boolean)
    after_days: Mapped[int | None]
    milestone_days: Mapped[int | None]
    gap: Mapped[int] = mapped_column(Integer)
    weekly: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = table_args(
        UniqueConstraint("territory_id", "audience"),
        CheckConstraint("before_days BETWEEN 2 AND 60", "before_by_days"),
        CheckConstraint("after_days BETWEEN 1 AND 60", "after_by_days"),
        CheckConstraint("milestone_days BETWEEN 2 AND 60", "milestone_by_days"),
        CheckConstraint("gap BETWEEN 1 AND 30", "gap_of_days"),
    )


class RelancePatience(Tracked, Versioned, Base):
    """How long a territory waits before it tells who keeps an eye on a project, and how long
    after a change nothing is said; no row means the usual days. A number that is NULL is not used.
    """

    __tablename__ = "relance_patience"
    __tracked__ = tracked(open="silent_days blocked_days unanswered_days fresh_days")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[int] = mapped_column(ForeignKey("territory.id"), unique=True)
    silent_days: Mapped[int | None] = mapped_column(Integer)
    blocked_days: Mapped[int | None] = mapped_column(Integer)
    unanswered_days: Mapped[int | None] = mapped_column(Integer)
    fresh_days: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = table_args(
        CheckConstraint("silent_days BETWEEN 7 AND 365", "silent_by_days"),
        CheckConstraint("blocked_days BETWEEN 1 AND 90", "blocked_by_days"),
        CheckConstraint("unanswered_days BETWEEN 1 AND 60", "unanswered_by_days"),
        CheckConstraint("fresh_days BETWEEN 1 AND 14", "fresh_by_days"),
    )


class RelancePause(Tracked, Base):
    """A person, or a project, whom a territory leaves in peace: no mail leaves before `until`.

    A person's own choice about their mail is another one, and stays as it is.
    """

    __tablename__ = "relance_pause"
    __tracked__ = tracked(open="until")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[int] = foreign_key("territory.id")
    person_id: Mapped[int | None] = foreign_key("person.id")
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), unique=True)
    until: Mapped[date] = mapped_column(Date)

    __table_args__ = table_args(
        UniqueConstraint("territory_id", "person_id"),
        CheckConstraint("(person_id IS NULL) <> (project_id IS NULL)", "of_one_thing"),
    )


class RelanceManner(Tracked, Base):
    """How one project, or one step of it, is spoken of where not as its territory says."""

    __tablename__ = "relance_manner"
    __tracked__ = tracked(open="manner")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[int] = foreign_key("territory.id")
    project_id: Mapped[int] = foreign_key("project.id")
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"), unique=True)
    manner: Mapped[Manner] = mapped_column(string_enum(Manner))

    __table_args__ = table_args(
        unique_where("uq_relance_manner_project", "project_id", where="step_id IS NULL"),
    )
