"""What one mail tells: read when it leaves, and when its recipient opens the link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.kinds import GrantPurpose, TerritoryRoleKind
from app.accounts.models import (
    Grant,
    Membership,
    Organisation,
    Person,
    Territory,
    TerritoryRole,
)
from app.plans.kinds import OPEN_STATUSES, PartnerState, StepStatus
from app.plans.models import Partner, Project, Step
from app.plans.rules import CARRYING
from app.reminders.kinds import Answer, OccasionCode, RelanceState
from app.reminders.models import Relance
from app.reminders.queries.facts import facts_of
from app.reminders.schedule.facts import STEP


@dataclass(frozen=True)
class ToldStep:
    """A step as one mail spoke of it, and as it stands now.

    `basis` is the date the mail spoke of, `due_on` the present one; `is_first` when no earlier
    mail spoke of that date.
    """

    relance_id: int
    id: int
    public_id: str
    title: str
    basis: date
    due_on: date | None
    code: OccasionCode
    status: StepStatus
    state: RelanceState
    answer: Answer | None
    is_first: bool
    project_id: int
    project: str
    territory_id: int
    organisation_id: int
    organisation: str
    news_on: date | None = None


@dataclass(frozen=True)
class Pilot:
    """Who writes to people of a territory, and where they answer."""

    id: int
    name: str
    email: str | None
    phone: str | None
    territory: str
    organisation: str | None = None


@dataclass(frozen=True)
class NextStep:
    """What comes after a step in its project."""

    title: str
    organisation_id: int
    organisation: str
    due_on: date | None


def told_steps(session: Session, mail_id: int) -> list[ToldStep]:
    """The steps a mail speaks of, the nearest date first."""
    earlier = aliased(Relance)
    spoken_before = exists().where(
        earlier.subject_kind == Relance.subject_kind,
        earlier.subject_id == Relance.subject_id,
        earlier.basis == Relance.basis,
        earlier.state == RelanceState.TOLD,
        earlier.nominal_on <= Relance.nominal_on,
        earlier.id != Relance.id,
    )
    rows = session.execute(
        select(
            Relance.id,
            Step.id,
            Step.public_id,
            Step.title,
            Relance.basis,
            Step.due_on,
            Relance.code,
            Step.status,
            Relance.state,
            Relance.answer,
            ~spoken_before,
            Project.id,
            Project.title,
            Step.territory_id,
            Organisation.id,
            Organisation.name,
            Step.news_on,
        )
        .join(Step, Step.id == Relance.subject_id)
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .where(Relance.mail_id == mail_id, Relance.subject_kind == STEP)
        .order_by(Relance.basis, Step.id)
    )
    return [_told_step(tuple(row)) for row in rows]


def is_outrun(session: Session, mail_id: int, recipient_id: int, today: date) -> bool:
    """Whether another mail of a later day, today at the latest, is written to this person."""
    own = select(func.max(Relance.mailed_on)).where(Relance.mail_id == mail_id).scalar_subquery()
    later = exists().where(
        Relance.recipient_id == recipient_id,
        Relance.state == RelanceState.TOLD,
        Relance.mailed_on > own,
        Relance.mailed_on <= today,
    )
    return bool(session.scalar(select(later)))


def _told_step(row: tuple[Any, ...]) -> ToldStep:
    values = list(row)
    values[6] = OccasionCode(values[6])
    return ToldStep(*values)


def answerable(session: Session, person_id: int, step_ids: Collection[int]) -> set[int]:
    """Those of these steps that the person may answer for, now.

    As an active member of the organisation that leads the step, or as the one person to whom
    it is spoken of; who stands in for somebody belongs to the same organisation.
    """
    own = session.scalars(
        select(Step.id)
        .join(Membership, Membership.organisation_id == Step.lead_organisation_id)
        .where(
            Step.id.in_(step_ids),
            Membership.person_id == person_id,
            Membership.ended_on.is_(None),
        )
    )
    spoken_to = facts_of(session, step_ids).values()
    return set(own) | {
        fact.id for fact in spoken_to if fact.recipient and fact.recipient.id == person_id
    }


def partners_of(session: Session, project_ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """(id, name) of the organisations that carry each project, in the order they joined."""
    partners: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for project_id, organisation_id, name in session.execute(
        select(Partner.project_id, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(
            Partner.project_id.in_(project_ids),
            Partner.state != PartnerState.RETIRED,
            Partner.role.in_(CARRYING),
        )
        .order_by(Partner.id)
    ):
        partners[project_id].append((organisation_id, name))
    return partners


def next_steps(session: Session, step_ids: Collection[int]) -> dict[int, NextStep]:
    """The open step that follows each of these in its project, where there is one."""
    here, later = aliased(Step), aliased(Step)
    follows: dict[int, NextStep] = {}
    rows = session.execute(
        select(here.id, later.title, Organisation.id, Organisation.name, later.due_on)
        .join(later, (later.project_id == here.project_id) & (later.rank > here.rank))
        .join(Organisation, Organisation.id == later.lead_organisation_id)
        .where(here.id.in_(step_ids), later.status.in_(OPEN_STATUSES))
        .order_by(here.id, later.rank, later.id)
    )
    for step_id, title, organisation_id, organisation, due_on in rows:
        follows.setdefault(step_id, NextStep(title, organisation_id, organisation, due_on))
    return follows


def pilot_of(session: Session, territory_id: int | None) -> Pilot | None:
    """The territory's pilot of longest standing, with her phone or her organisation's."""
    row = session.execute(
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.phone,
            Organisation.phone,
            Territory.name,
            Organisation.name,
        )
        .join(TerritoryRole, TerritoryRole.person_id == Person.id)
        .join(Territory, Territory.id == TerritoryRole.territory_id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.ended_on.is_(None))
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            TerritoryRole.territory_id == territory_id,
            TerritoryRole.role == TerritoryRoleKind.PILOT,
            TerritoryRole.ended_on.is_(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(TerritoryRole.id, Membership.id)
        .limit(1)
    ).first()
    return Pilot(row[0], row[1], row[2], row[3] or row[4], row[5], row[6]) if row else None


def links_of(session: Session, mail_id: int, person_id: int) -> dict[GrantPurpose, str]:
    """The public ids of what a mail's links allow, by purpose; a revoked one is not there."""
    rows = session.execute(
        select(Grant.purpose, Grant.public_id).where(
            Grant.subject_kind == "mail",
            Grant.subject_id == mail_id,
            Grant.person_id == person_id,
            Grant.revoked_at.is_(None),
        )
    )
    return {row.purpose: row.public_id for row in rows}
