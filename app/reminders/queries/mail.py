"""What one mail tells: read when it leaves, and when its recipient opens the link."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, exists, func, select
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
from app.core.prepared import Kept
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
    version: int = 0


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
    return [_told_step(tuple(row)) for row in _told().rows(session, {"mail_id": mail_id})]


# Built once each, since every mail that leaves asks them.
@functools.cache
def _told() -> Kept:
    earlier = aliased(Relance)
    spoken_before = exists().where(
        earlier.subject_kind == Relance.subject_kind,
        earlier.subject_id == Relance.subject_id,
        earlier.basis == Relance.basis,
        earlier.state == RelanceState.TOLD,
        earlier.nominal_on <= Relance.nominal_on,
        earlier.id != Relance.id,
    )
    return Kept(
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
            Step.version,
        )
        .join(Step, Step.id == Relance.subject_id)
        .join(Project, Project.id == Step.project_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .where(
            Relance.mail_id == bindparam("mail_id"),
            Relance.subject_kind == STEP,
            Relance.former == 0,
        )
        .order_by(Relance.basis, Step.id)
    )


def is_outrun(session: Session, mail_id: int, recipient_id: int, today: date) -> bool:
    """Whether another mail of a later day, today at the latest, is written to this person."""
    asked = {"mail_id": mail_id, "recipient_id": recipient_id, "today": today}
    ((is_outrun,),) = _outrunning().rows(session, asked)
    return bool(is_outrun)


@functools.cache
def _outrunning() -> Kept:
    its_own = select(func.max(Relance.mailed_on)).where(Relance.mail_id == bindparam("mail_id"))
    later = exists().where(
        Relance.recipient_id == bindparam("recipient_id"),
        Relance.state == RelanceState.TOLD,
        Relance.mailed_on > its_own.scalar_subquery(),
        Relance.mailed_on <= bindparam("today"),
    )
    return Kept(select(later))


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
    for project_id, organisation_id, name in _PARTNERS.rows(session, {"ids": [*project_ids]}):
        partners[project_id].append((organisation_id, name))
    return partners


_PARTNERS = Kept(
    select(Partner.project_id, Organisation.id, Organisation.name)
    .join(Organisation, Organisation.id == Partner.organisation_id)
    .where(
        Partner.project_id.in_(bindparam("ids", expanding=True)),
        Partner.state != PartnerState.RETIRED,
        Partner.role.in_(CARRYING),
    )
    .order_by(Partner.id)
)


def next_steps(session: Session, step_ids: Collection[int]) -> dict[int, NextStep]:
    """The open step that follows each of these in its project, where there is one."""
    follows: dict[int, NextStep] = {}
    for step_id, *following in _following().rows(session, {"ids": [*step_ids]}):
        follows.setdefault(step_id, NextStep(*following))
    return follows


@functools.cache
def _following() -> Kept:
    here, later = aliased(Step), aliased(Step)
    return Kept(
        select(here.id, later.title, Organisation.id, Organisation.name, later.due_on)
        .join(later, (later.project_id == here.project_id) & (later.rank > here.rank))
        .join(Organisation, Organisation.id == later.lead_organisation_id)
        .where(
            here.id.in_(bindparam("ids", expanding=True)),
            later.status.in_(OPEN_STATUSES),
        )
        .order_by(here.id, later.rank, later.id)
    )


def pilot_of(session: Session, territory_id: int | None) -> Pilot | None:
    """The territory's pilot of longest standing, with her phone or her organisation's."""
    rows = _PILOT.rows(session, {"territory_id": territory_id})
    return next(
        (Pilot(row[0], row[1], row[2], row[3] or row[4], row[5], row[6]) for row in rows), None
    )


_PILOT = Kept(
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
        TerritoryRole.territory_id == bindparam("territory_id"),
        TerritoryRole.role == TerritoryRoleKind.PILOT,
        TerritoryRole.ended_on.is_(None),
        Person.anonymised_at.is_(None),
    )
    .order_by(TerritoryRole.id, Membership.id)
    .limit(1)
)


def links_of(session: Session, mail_id: int, person_id: int) -> dict[GrantPurpose, str]:
    """The public ids of what a mail's links allow, by purpose; a revoked one is not there."""
    rows = _LINKS.rows(session, {"mail_id": mail_id, "person_id": person_id})
    return {row.purpose: row.public_id for row in rows}


_LINKS = Kept(
    select(Grant.purpose, Grant.public_id).where(
        Grant.subject_kind == "mail",
        Grant.subject_id == bindparam("mail_id"),
        Grant.person_id == bindparam("person_id"),
        Grant.revoked_at.is_(None),
    )
)
