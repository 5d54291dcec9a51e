"""Open steps as the schedule is told of them, with the one person each is spoken to about."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.models import MailPreference, Membership, Organisation, Person
from app.core.clock import local_day
from app.core.prepared import Kept
from app.plans.kinds import OPEN_STATUSES, PlanState, ProjectState, StepStatus
from app.plans.models import ActionPlan, Partner, Project, Step
from app.plans.queries.addressees import default_contact, named_member
from app.plans.rules import has_retired
from app.reminders.kinds import Manner
from app.reminders.models import RelanceManner
from app.reminders.queries.absences import Absences, absences_of
from app.reminders.queries.closures import Days, closed_days
from app.reminders.queries.contacts import (
    is_asked,
    project_lead,
    reachable,
    recipient_of,
)
from app.reminders.queries.order import freed_on, waits
from app.reminders.queries.pauses import rests_until
from app.reminders.queries.silence import began_at, called_on, put_off_to, quiet_until, stuck_at
from app.reminders.schedule.facts import (
    Away,
    Recipient,
    StepFacts,
    StuckFacts,
    TerritoryFacts,
    audience_of,
)

_RUNNING = (ProjectState.DRAFT, ProjectState.ACTIVE, ProjectState.PAUSED)


def open_steps(session: Session, wanted: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Rows of open steps, for `facts_in`."""
    return session.execute(_open_steps().where(wanted)).all()


def some_open_steps(session: Session, ids: Collection[int]) -> Sequence[Row[Any]]:
    """The same of some, built once, since every mail that leaves asks it."""
    return _some().rows(session, {"ids": [*ids]})


@functools.cache
def _some() -> Kept:
    return Kept(_open_steps().where(Step.id.in_(bindparam("ids", expanding=True))))


def facts_in(
    session: Session, known: Mapping[int, TerritoryFacts], read: Iterable[Row[Any]]
) -> tuple[tuple[StepFacts, ...], tuple[StuckFacts, ...]]:
    """(those with a due date, those that are blocked) of the territories given; the same step may
    be both."""
    rows = [row for row in read if row.territory_id in known]
    dated = [row for row in rows if row.due_on is not None]
    away = absences_of(session, {row.person_id for row in dated if row.person_id is not None})
    closed = closed_days(session, dated)
    steps = tuple(
        _fact(row, known[row.territory_id], away, closed.get(row.lead_organisation_id, ()))
        for row in dated
    )
    stuck = tuple(_stuck(row, known[row.territory_id]) for row in rows if row.blocked_on)
    return steps, stuck


_OF_A_STEP = (
    Step.id,
    Step.public_id,
    Step.title,
    Step.territory_id,
    Step.lead_organisation_id,
    Step.due_on,
    Step.scheduled_at,
    Step.status,
    Step.news_on,
    Project.state,
    Project.active_since,
    Organisation.kind,
    Person.id.label("person_id"),
    Person.public_id.label("person_public_id"),
    Person.name.label("person_name"),
    reachable(),
    Person.time_zone,
    MailPreference.rhythm,
    MailPreference.paused_until,
    Step.is_milestone,
    Step.lead_organisation_id,
    Step.project_id,
    Step.blocked_on,
)


def _said_of_a_step() -> list[Any]:
    """What keeps it silent, and what its people said of it."""
    return [
        called_on().label("called_on"),
        put_off_to().label("put_off_to"),
        waits().label("waits"),
        is_asked().label("asked"),
        freed_on().label("freed_on"),
        began_at().label("began_at"),
        stuck_at().label("stuck_at"),
    ]


def _open_steps() -> Select[*tuple[Any, ...]]:
    """Open steps, dated or blocked, with the one person each is spoken to about.

    That is the step's person while an active member of the lead organisation, else that
    organisation's default contact, else the one of the organisation that leads the project:
    never everybody.
    """
    named, contact, lead_contact = (aliased(Membership) for _ in range(3))
    of_step, of_project = aliased(RelanceManner), aliased(RelanceManner)
    recipient_id = func.coalesce(named.person_id, contact.person_id, lead_contact.person_id)
    # the organisation as whose person they are spoken to
    spoken_for = case(
        (func.coalesce(named.person_id, contact.person_id).is_not(None), Step.lead_organisation_id),
        else_=Partner.organisation_id,
    )
    # who has left the project gets nothing more; its lead hears that the step has nobody
    takes_part = not_(has_retired(Step))
    return (
        select(
            *_OF_A_STEP,
            spoken_for.label("spoken_for"),
            *_said_of_a_step(),
            rests_until(recipient_id).label("rests_until"),
            func.coalesce(of_step.manner, of_project.manner).label("manner"),
        )
        .join(Project, Project.id == Step.project_id)
        .join(ActionPlan, ActionPlan.id == Project.plan_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(named, and_(named_member(named), takes_part))
        .outerjoin(contact, and_(default_contact(contact, Step.lead_organisation_id), takes_part))
        .outerjoin(Partner, project_lead())
        .outerjoin(lead_contact, default_contact(lead_contact, Partner.organisation_id))
        .outerjoin(Person, and_(Person.id == recipient_id, Person.anonymised_at.is_(None)))
        .outerjoin(MailPreference, MailPreference.person_id == Person.id)
        .outerjoin(of_step, of_step.step_id == Step.id)
        .outerjoin(
            of_project,
            and_(of_project.project_id == Step.project_id, of_project.step_id.is_(None)),
        )
        .where(*_OPEN)
    )


_OPEN = (
    Step.status.in_(OPEN_STATUSES),
    or_(Step.due_on.is_not(None), Step.status == StepStatus.BLOCKED),
    Project.state.in_(_RUNNING),
    ActionPlan.state == PlanState.ACTIVE,
)


def _fact(
    row: Row[Any],
    territory: TerritoryFacts,
    absences: Absences,
    closed: Days,
) -> StepFacts:
    recipient: Recipient | None = None
    away: tuple[Away, ...] = ()
    if row.person_id is not None:
        recipient = recipient_of(row, row.person_id, territory)
        away = absences.of(row.person_id, row.spoken_for, territory)
    return StepFacts(
        away=away,
        id=row.id,
        territory=territory,
        due_on=row.due_on,
        scheduled_on=local_day(row.scheduled_at, territory.time_zone),
        audience=audience_of(row.kind),
        recipient=recipient,
        public_id=row.public_id,
        title=row.title,
        project_active=row.state is ProjectState.ACTIVE,
        project_since=(
            local_day(row.active_since, territory.time_zone) if row.active_since else None
        ),
        blocked=row.status is StepStatus.BLOCKED,
        news_on=row.news_on,
        quiet_until=quiet_until(row.called_on, row.put_off_to),
        milestone=row.is_milestone,
        waits=row.waits,
        asked=row.asked,
        freed_on=row.freed_on,
        began_on=local_day(row.began_at, territory.time_zone) if row.began_at else None,
        stuck_on=local_day(row.stuck_at, territory.time_zone) if row.stuck_at else None,
        rests_until=row.rests_until,
        closed=closed,
        manner=row.manner or Manner.USUAL,
        organisation_id=row.lead_organisation_id,
        project_id=row.project_id,
    )


def _stuck(row: Row[Any], territory: TerritoryFacts) -> StuckFacts:
    return StuckFacts(
        id=row.id,
        territory=territory,
        project_id=row.project_id,
        blocked_on=row.blocked_on,
        title=row.title,
        spoken_to=row.person_id,
    )
