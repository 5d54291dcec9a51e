"""Who is spoken to about a step: one person, never everybody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Membership, Person
from app.plans.kinds import OPEN_STATUSES, ProjectState
from app.plans.models import Project, Step
from app.plans.rules import has_retired


class Addressee(NamedTuple):
    """`is_named`: the step names them; else they are whom their organisation is spoken to by."""

    person_id: int
    name: str
    email: str | None
    is_named: bool


def named_member(member: type[Membership]) -> ColumnElement[bool]:
    """The step's own person, while they belong to the organisation that leads it."""
    return and_(
        member.person_id == Step.lead_person_id,
        member.organisation_id == Step.lead_organisation_id,
        member.ended_on.is_(None),
    )


def default_contact(member: type[Membership], organisation_id: Any) -> ColumnElement[bool]:
    return and_(
        member.organisation_id == organisation_id,
        member.is_default,
        member.ended_on.is_(None),
    )


def addressees_of(session: Session, step_ids: Collection[int]) -> dict[int, Addressee]:
    """By step, of those that are open in a project that runs; none where nobody is there for it.

    The same person whom the relances address, but for who stands in for them.
    """
    named, contact = aliased(Membership), aliased(Membership)
    takes_part = not_(has_retired(Step))
    rows = session.execute(
        select(Step.id, Person.id, Person.name, Person.email, named.person_id.is_not(None))
        .join(Project, Project.id == Step.project_id)
        .outerjoin(named, and_(named_member(named), takes_part))
        .outerjoin(contact, and_(default_contact(contact, Step.lead_organisation_id), takes_part))
        .join(Person, Person.id == func.coalesce(named.person_id, contact.person_id))
        .where(
            Step.id.in_(step_ids),
            Step.status.in_(OPEN_STATUSES),
            Project.state == ProjectState.ACTIVE,
            Person.anonymised_at.is_(None),
        )
    )
    return {row[0]: Addressee(*row[1:]) for row in rows}
