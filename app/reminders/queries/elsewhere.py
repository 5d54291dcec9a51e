"""What else the people of some territories are told of, by others: one mail a day holds it all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Absence, Membership, Organisation, Person
from app.plans.models import Step
from app.reminders.schedule.facts import AGENTS, ProjectFacts, StepFacts

# beyond this many people it is quicker to read everything than to name them
MOST_NAMED = 2_000


def reached(steps: Iterable[StepFacts], projects: Iterable[ProjectFacts]) -> set[int]:
    """Everybody who may be spoken to about these, on one day or another."""
    known: Iterator[StepFacts | ProjectFacts] = chain(steps, projects)
    return {who.id for one in known for who in one.addressees}


def who_is_replaced_by(session: Session, people: Collection[int]) -> set[int]:
    """Those in whose place these people are spoken to, at one time or another."""
    found = session.execute(select(Absence.person_id, Absence.substitute_id))
    return {absent for absent, stand_in in found if stand_in in people}


def spoken_elsewhere(
    territory_ids: Iterable[int],
    people: Collection[int],
    project_ids: Iterable[int],
    firms: Collection[int],
) -> ColumnElement[bool]:
    """Steps there of which these people are spoken to, or that belong to these projects, or to
    these firms and those of these people, whose people share their week.

    For a statement in which Person is whoever a step is spoken of to.
    """
    theirs = true() if len(people) > MOST_NAMED else Person.id.in_(people)
    led_by = Step.lead_organisation_id
    of_firms = true() if len(firms) > MOST_NAMED else led_by.in_(firms)
    return and_(
        Step.territory_id.in_(territory_ids),
        or_(theirs, of_firms, led_by.in_(_firms_of(people)), Step.project_id.in_(project_ids)),
    )


def _firms_of(people: Collection[int]) -> Select[int]:
    """Where they belong, but for agents; asked of few people only."""
    few = people if len(people) <= MOST_NAMED else ()
    return (
        select(Membership.organisation_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id.in_(few),
            Membership.ended_on.is_(None),
            Organisation.kind.not_in(AGENTS),
        )
    )
