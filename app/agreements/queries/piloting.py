"""To whom the piloting of a territory can be offered, and what comes with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import (
    Ask,
    Membership,
    Organisation,
    Person,
    organisation_territory,
)
from app.agreements.subjects import TERRITORY
from app.plans.kinds import OPEN_STATUSES, ProjectState
from app.plans.models import Project, Step

_RUNNING = (ProjectState.ACTIVE, ProjectState.PAUSED)


def candidates(session: Session, territory_id: int, but: int) -> list[tuple[int, int, str, str]]:
    """(organisation id, person id, person, organisation) of contacts with an address, but one."""
    of = organisation_territory.c
    rows = session.execute(
        select(Organisation.id, Person.id, Person.name, Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Person, Person.id == Membership.person_id)
        .join(organisation_territory, of.organisation_id == Organisation.id)
        .where(
            of.territory_id == territory_id,
            Membership.ended_on.is_(None),
            Person.email.is_not(None),
            Person.anonymised_at.is_(None),
            Person.id != but,
        )
        .order_by(Organisation.search_key, Person.search_key)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def steps_at_name(session: Session, territory_id: int, person_id: int) -> Sequence[Step]:
    """Open steps that a person leads there, of projects that run: their relances go to them."""
    return session.scalars(
        select(Step)
        .join(Step.project)
        .where(
            Project.territory_id == territory_id,
            Project.state.in_(_RUNNING),
            Step.lead_person_id == person_id,
            Step.status.in_(OPEN_STATUSES),
        )
        .options(joinedload(Step.project).selectinload(Project.partners))
        .order_by(Step.id)
    ).all()


def unfinished(session: Session, since: datetime) -> Sequence[Ask]:
    """Accepted since then, while the former pilot may still stand beside the new one."""
    accepted = session.scalars(
        select(Ask)
        .where(
            Ask.kind == AskKind.HAND_OVER,
            Ask.subject_kind == TERRITORY,
            Ask.state == AskState.ACCEPTED,
            Ask.answered_at >= since,
        )
        .order_by(Ask.id)
    ).all()
    return [ask for ask in accepted if not ask.payload.get("released")]
