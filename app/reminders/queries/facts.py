"""Facts and ledger from the database: as many statements whatever the number of steps."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
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
    true,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.models import (
    LONGEST_CLOSURE,
    MailPreference,
    Membership,
    Organisation,
    Person,
    Territory,
    organisation_territory,
)
from app.core.clock import local_day
from app.core.prepared import Kept
from app.plans.kinds import (
    OPEN_STATUSES,
    PlanState,
    ProjectState,
    StepStatus,
)
from app.plans.models import ActionPlan, Partner, Project, Step
from app.plans.rules import has_retired
from app.reminders.facts import (
    Away,
    Ledger,
    ProjectFacts,
    Recipient,
    StepFacts,
    TerritoryFacts,
    audience_of,
)
from app.reminders.kinds import Manner
from app.reminders.models import RelanceManner, RelanceSetting
from app.reminders.policy import DEFAULT_POLICIES
from app.reminders.queries.absences import StandIn, stand_ins
from app.reminders.queries.closures import Days, announced_earlier, closed_days
from app.reminders.queries.contacts import (
    default_contact,
    project_lead,
    reachable,
    recipient_of,
)
from app.reminders.queries.decided import ledger_of, mailed_on
from app.reminders.queries.order import freed_on, waits
from app.reminders.queries.pauses import rests_until
from app.reminders.queries.policies import policies
from app.reminders.queries.silence import called_on, put_off_to, quiet_until
from app.reminders.queries.watched import project_facts, told_lines
from app.reminders.watching import Watch

# the longest run of days off: a rule may speak so much earlier
LONGEST_REST = timedelta(days=14)
_RUNNING = (ProjectState.DRAFT, ProjectState.ACTIVE, ProjectState.PAUSED)


@dataclass(frozen=True)
class World:
    """All that the schedule needs to decide a day."""

    facts: tuple[StepFacts, ...]
    ledger: Ledger
    projects: Mapping[int, ProjectFacts] = field(default_factory=dict)

    @property
    def watch(self) -> Watch:
        return Watch(self.facts, self.projects)


def territories(session: Session, *, started_only: bool = False) -> dict[int, TerritoryFacts]:
    """Every territory by id, with its clock, its holidays and whether it has started."""
    wanted = RelanceSetting.started_at.is_not(None) if started_only else true()
    return _territories(session, session.execute(_of_territories().where(wanted)))


def _of_territories() -> Select[*tuple[Any, ...]]:
    return select(
        Territory.id,
        Territory.holiday_zone,
        Territory.time_zone,
        Territory.send_hour,
        RelanceSetting.started_at,
        RelanceSetting.paused_until,
    ).outerjoin(RelanceSetting, RelanceSetting.territory_id == Territory.id)


def _territories(session: Session, rows: Iterable[Row[Any]]) -> dict[int, TerritoryFacts]:
    chosen = policies(session)
    return {
        row.id: TerritoryFacts(
            id=row.id,
            policies={**DEFAULT_POLICIES, **chosen.get(row.id, {})},
            holiday_zone=row.holiday_zone,
            time_zone=row.time_zone,
            send_hour=row.send_hour,
            started_on=_local_day(row.started_at, row.time_zone),
            paused_until=row.paused_until,
        )
        for row in rows
    }


def territories_by_id(session: Session, ids: Collection[int]) -> dict[int, TerritoryFacts]:
    return _territories(session, _some_territories().rows(session, {"ids": [*ids]}))


# What every mail that leaves asks is built once: building it takes ten times as long as its run.
@functools.cache
def _some_territories() -> Kept:
    wanted = Territory.id.in_(bindparam("ids", expanding=True))
    return Kept(_of_territories().where(wanted))


@functools.cache
def _some_steps() -> Kept:
    return Kept(_open_steps().where(Step.id.in_(bindparam("ids", expanding=True))))


def world(
    session: Session, known: Mapping[int, TerritoryFacts], *, first: date, last: date
) -> World:
    """Facts and ledger for the days from `first` to `last`, of the territories given."""
    scope = Step.territory_id.in_(known)
    return _world(session, known, scope, first, last, watched=known)


def world_around(
    session: Session,
    known: Mapping[int, TerritoryFacts],
    *,
    territory_id: int,
    first: date,
    last: date,
) -> World:
    """The same for one territory, and what its firms are told elsewhere: one mail holds both."""
    its_firms = select(organisation_territory.c.organisation_id).where(
        organisation_territory.c.territory_id == territory_id
    )
    scope = or_(Step.territory_id == territory_id, Step.lead_organisation_id.in_(its_firms))
    here = {territory_id: known[territory_id]}
    return _world(session, known, scope, first, last, watched=here)


def _world(
    session: Session,
    known: Mapping[int, TerritoryFacts],
    scope: ColumnElement[bool],
    first: date,
    last: date,
    *,
    watched: Mapping[int, TerritoryFacts],
) -> World:
    chosen = [policy for one in known.values() for policy in one.policies.values()]
    ahead = timedelta(days=max((policy.earliest for policy in chosen), default=0))
    gap = timedelta(days=max((policy.gap for policy in chosen), default=1))
    farthest = last + ahead + LONGEST_REST
    is_near = or_(Step.due_on <= farthest, announced_earlier(last))
    is_wanted = and_(Step.due_on <= farthest + LONGEST_CLOSURE, is_near)
    # what is stuck is told to its pilot, whenever it is due
    wanted = and_(scope, or_(is_wanted, Step.status == StepStatus.BLOCKED))
    lines, mailed = told_lines(session, watched, last), mailed_on(session, first, gap)
    return World(
        _facts(session, known, session.execute(_open_steps().where(wanted)).all()),
        ledger_of(session, wanted).with_entries(lines, mailed),
        project_facts(session, watched),
    )


def facts_of(session: Session, step_ids: Collection[int]) -> dict[int, StepFacts]:
    """The present facts of some steps by id; a step that is closed or undated has none."""
    rows = _some_steps().rows(session, {"ids": [*step_ids]})
    known = territories_by_id(session, {row.territory_id for row in rows})
    return {fact.id: fact for fact in _facts(session, known, rows)}


def _facts(
    session: Session, known: Mapping[int, TerritoryFacts], rows: Sequence[Row[Any]]
) -> tuple[StepFacts, ...]:
    away = stand_ins(session, {row.person_id for row in rows if row.person_id is not None})
    closed = closed_days(session, rows)
    return tuple(
        _fact(row, known[row.territory_id], away, closed.get(row.lead_organisation_id, ()))
        for row in rows
        if row.territory_id in known
    )


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


def _open_steps() -> Select[*tuple[Any, ...]]:
    """Open, dated steps with the one person each is spoken to about.

    That is the step's person while an active member of the lead organisation, else that
    organisation's default contact, else the one of the organisation that leads the project:
    never everybody.
    """
    named, contact, lead_contact = aliased(Membership), aliased(Membership), aliased(Membership)
    of_step, of_project = aliased(RelanceManner), aliased(RelanceManner)
    recipient_id = func.coalesce(named.person_id, contact.person_id, lead_contact.person_id)
    # the organisation as whose person they are spoken to
    spoken_for = case(
        (func.coalesce(named.person_id, contact.person_id).is_not(None), Step.lead_organisation_id),
        else_=Partner.organisation_id,
    )
    # who has left the project gets nothing more; its lead hears that the step has nobody
    takes_part = not_(has_retired(Step))
    found = (
        select(
            *_OF_A_STEP,
            spoken_for.label("spoken_for"),
            called_on().label("called_on"),
            put_off_to().label("put_off_to"),
            waits().label("waits"),
            freed_on().label("freed_on"),
            rests_until(recipient_id).label("rests_until"),
            func.coalesce(of_step.manner, of_project.manner).label("manner"),
        )
        .join(Project, Project.id == Step.project_id)
        .join(ActionPlan, ActionPlan.id == Project.plan_id)
        .join(Organisation, Organisation.id == Step.lead_organisation_id)
        .outerjoin(named, and_(_named_person(named), takes_part))
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
    )
    return found.where(*_OPEN_AND_DATED)


_OPEN_AND_DATED = (
    Step.status.in_(OPEN_STATUSES),
    Step.due_on.is_not(None),
    Project.state.in_(_RUNNING),
    ActionPlan.state == PlanState.ACTIVE,
)


def _named_person(member: type[Membership]) -> ColumnElement[bool]:
    """The step's own person, while they belong to the organisation that leads it."""
    return and_(
        member.person_id == Step.lead_person_id,
        member.organisation_id == Step.lead_organisation_id,
        member.ended_on.is_(None),
    )


def _fact(
    row: Row[Any],
    territory: TerritoryFacts,
    absences: Mapping[int, list[StandIn]],
    closed: Days,
) -> StepFacts:
    recipient: Recipient | None = None
    away: tuple[Away, ...] = ()
    if row.person_id is not None:
        recipient = recipient_of(row, row.person_id, territory)
        away = tuple(
            Away(one.first, one.last, recipient_of(one.stand_in, one.stand_in[4], territory))
            for one in absences.get(row.person_id, ())
            if one.organisation_id == row.spoken_for
        )
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
        project_since=_local_day(row.active_since, territory.time_zone),
        blocked=row.status is StepStatus.BLOCKED,
        news_on=row.news_on,
        quiet_until=quiet_until(row.called_on, row.put_off_to),
        milestone=row.is_milestone,
        waits=row.waits,
        freed_on=row.freed_on,
        rests_until=row.rests_until,
        closed=closed,
        manner=row.manner or Manner.USUAL,
        organisation_id=row.lead_organisation_id,
        project_id=row.project_id,
        blocked_on=row.blocked_on,
    )


def _local_day(instant: datetime | None, zone: str) -> date | None:
    return local_day(instant, zone) if instant else None
