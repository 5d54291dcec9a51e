"""Facts and ledger from the database: as many statements whatever the number of steps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import LONGEST_CLOSURE, Territory, organisation_territory
from app.core.clock import local_day
from app.plans.kinds import StepStatus
from app.plans.models import Step
from app.reminders.models import RelancePatience, RelanceSetting
from app.reminders.queries.closures import announced_earlier
from app.reminders.queries.decided import ledger_of, mailed_on
from app.reminders.queries.open_steps import open_steps
from app.reminders.queries.policies import patience_of, policies
from app.reminders.queries.watched import project_facts, told_lines
from app.reminders.schedule.facts import (
    Ledger,
    ProjectFacts,
    StepFacts,
    StuckFacts,
    TerritoryFacts,
)
from app.reminders.schedule.policy import DEFAULT_POLICIES
from app.reminders.schedule.watching import Watch

# the longest run of days off: a rule may speak so much earlier
LONGEST_REST = timedelta(days=14)


@dataclass(frozen=True)
class World:
    """All that the schedule needs to decide a day."""

    facts: tuple[StepFacts, ...]
    ledger: Ledger
    projects: Mapping[int, ProjectFacts] = field(default_factory=dict)
    stuck: tuple[StuckFacts, ...] = ()

    @property
    def watch(self) -> Watch:
        return Watch(self.facts, self.stuck, self.projects)


def territories(session: Session, *, started_only: bool = False) -> dict[int, TerritoryFacts]:
    """Every territory by id, with its clock, its holidays and whether it has started."""
    return _territories(session, RelanceSetting.started_at.is_not(None) if started_only else true())


def _territories(session: Session, wanted: ColumnElement[bool]) -> dict[int, TerritoryFacts]:
    statement = select(
        Territory.id,
        Territory.holiday_zone,
        Territory.time_zone,
        Territory.send_hour,
        RelanceSetting.started_at,
        RelanceSetting.paused_until,
        RelancePatience,
    )
    statement = statement.outerjoin(RelanceSetting, RelanceSetting.territory_id == Territory.id)
    statement = statement.outerjoin(RelancePatience, RelancePatience.territory_id == Territory.id)
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
            patience=patience_of(row.RelancePatience),
        )
        for row in session.execute(statement.where(wanted))
    }


def territories_by_id(session: Session, ids: Select[int]) -> dict[int, TerritoryFacts]:
    return _territories(session, Territory.id.in_(ids))


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
    # what is stuck is told to its pilot, whenever it is due and where it is not dated
    wanted = and_(scope, or_(is_wanted, Step.status == StepStatus.BLOCKED))
    lines, mailed = told_lines(session, watched, last), mailed_on(session, first, gap)
    steps, stuck = open_steps(session, known, wanted)
    return World(
        steps,
        ledger_of(session, wanted).with_entries(lines, mailed),
        project_facts(session, watched),
        stuck,
    )


def facts_of(session: Session, step_ids: Collection[int]) -> dict[int, StepFacts]:
    """The present facts of some steps by id; a step that is closed or undated has none."""
    steps, _stuck = steps_of(session, step_ids)
    return {fact.id: fact for fact in steps}


def steps_of(
    session: Session, step_ids: Collection[int]
) -> tuple[tuple[StepFacts, ...], tuple[StuckFacts, ...]]:
    """Of some steps, those that are open: (dated, blocked)."""
    wanted = Step.id.in_(step_ids)
    theirs = Territory.id.in_(select(Step.territory_id).where(wanted))
    return open_steps(session, _territories(session, theirs), wanted)


def _local_day(instant: datetime | None, zone: str) -> date | None:
    return local_day(instant, zone) if instant else None
