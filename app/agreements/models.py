"""Decisions that partners share, and what they committed to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, OrganisationId, Person, PersonId, TerritoryId
from app.agreements.kinds import CommitmentKind, GivenBy, ProposalKind, ProposalState
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
from app.plans.kinds import PartnerRole
from app.plans.models import Partner, Project, ProjectId

_IS_LIVE = "state IN ('open', 'objected')"


class Proposal(Tracked, Versioned, Base):
    """A shared decision about a project, put to its other co-owners.

    They are asked by an `Ask` each (subject « proposal »). `open_until` is the last local day for
    an objection. `subject_id` is the partner's row for what concerns one, 0 for the whole project:
    the same thing is proposed once at a time. `note` says why it lapsed, or how it was settled.
    """

    __tablename__ = "proposal"
    __tracked__ = tracked(open="kind partner_id role open_until state", partners="reason note")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    territory_id: Mapped[TerritoryId]
    project_id: Mapped[ProjectId]
    kind: Mapped[ProposalKind] = mapped_column(string_enum(ProposalKind))
    partner_id: Mapped[int | None] = foreign_key("partner.id")
    subject_id: Mapped[int]
    role: Mapped[PartnerRole | None] = mapped_column(string_enum(PartnerRole))
    reason: Mapped[str | None] = mapped_column(String(400))
    proposed_by_id: Mapped[PersonId]
    proposed_at: Mapped[Instant]
    open_until: Mapped[date] = mapped_column(Date)
    state: Mapped[ProposalState] = mapped_column(
        string_enum(ProposalState), default=ProposalState.OPEN
    )
    settled_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(400))

    project: Mapped[Project] = relationship()
    partner: Mapped[Partner | None] = relationship()
    proposed_by: Mapped[Person] = relationship()

    __table_args__ = table_args(
        unique_where("uq_proposal_live", "project_id", "kind", "subject_id", where=_IS_LIVE),
        CheckConstraint("subject_id = coalesce(partner_id, 0)", "subject_is_partner"),
        CheckConstraint(
            "(kind IN ('lead', 'role', 'remove')) = (partner_id IS NOT NULL)", "about_a_partner"
        ),
        CheckConstraint("(kind = 'role') = (role IS NOT NULL)", "role_is_said"),
        CheckConstraint(
            "(state IN ('open', 'objected')) = (settled_at IS NULL)", "settled_is_dated"
        ),
    )


class Commitment(Tracked, Base):
    """A yes of an organisation: to what text, when, by whom, and how it came.

    `subject_id` is the partner's row, the step's or the territory's, as `kind` says. `person_id`
    is who said it; `noted_by_id` who wrote down a word that was given otherwise. An organisation
    adheres to one version of a territory's charter at a time; what it said before stays, dated.
    """

    __tablename__ = "commitment"
    __tracked__ = tracked(open="kind subject_id organisation_id text_version given_by withdrawn_at")

    id: Mapped[PrimaryKey]
    territory_id: Mapped[TerritoryId]
    project_id: Mapped[int | None] = foreign_key("project.id")
    kind: Mapped[CommitmentKind] = mapped_column(string_enum(CommitmentKind))
    subject_id: Mapped[int]
    organisation_id: Mapped[OrganisationId]
    person_id: Mapped[int | None] = foreign_key("person.id")
    noted_by_id: Mapped[int | None] = foreign_key("person.id")
    given_by: Mapped[GivenBy] = mapped_column(string_enum(GivenBy))
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[Instant]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    noted_by: Mapped[Person | None] = relationship(foreign_keys=[noted_by_id])

    __table_args__ = table_args(
        unique_where(
            "uq_commitment_standing",
            "kind",
            "subject_id",
            "organisation_id",
            "text_version",
            where="withdrawn_at IS NULL",
        ),
        # a further version of the charter ends the yes to the former one
        unique_where(
            "uq_commitment_charter",
            "territory_id",
            "organisation_id",
            where="kind = 'charter' AND withdrawn_at IS NULL",
        ),
        CheckConstraint("(given_by = 'word') = (noted_by_id IS NOT NULL)", "word_was_noted"),
        CheckConstraint(
            "kind <> 'charter' OR (subject_id = territory_id AND project_id IS NULL)",
            "charter_of_a_territory",
        ),
        Index("ix_commitment_subject", "kind", "subject_id"),
    )
