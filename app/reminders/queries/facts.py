"""Facts and ledger from the database: as many statements whatever the number of steps."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import LONGEST_CLOSURE, Territory, organisation_territory
from app.core.clock import local_day
from app.core.prepared import Kept
from app.plans.kinds import StepStatus
from app.plans.models import Step
from app.reminders.models import RelancePatience, RelanceSetting
from app.reminders.queries.closures import announced_earlier
from app.reminders.queries.decided import ledger_of, mailed_lately
from app.reminders.queries.open_steps import facts_in, open_steps, some_open_steps
from app.reminders.queries.policies import OF_PATIENCE, patience_in, policies
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
    wanted = RelanceSetting.started_at.is_not(None) if started_only else true()
    return _territories(session, session.execute(_of_territories().where(wanted)))


def _of_territories() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Territory.id,
            Territory.holiday_zone,
            Territory.time_zone,
            Territory.send_hour,
            RelanceSetting.started_at,
            RelanceSetting.paused_until,
            *OF_PATIENCE,
        )
        .outerjoin(RelanceSetting, RelanceSetting.territory_id == Territory.id)
        .outerjoin(RelancePatience, RelancePatience.territory_id == Territory.id)
    )


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
            patience=patience_in(row),
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
    lines, lately = told_lines(session, watched, last), mailed_lately(session, first, gap)
    steps, stuck = facts_in(session, known, open_steps(session, wanted))
    return World(
        steps,
        replace(
            ledger_of(session, wanted).with_entries(lines, lately.mailed_on),
            written_at=lately.written_at,
        ),
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
    rows = some_open_steps(session, step_ids)
    known = territories_by_id(session, {row.territory_id for row in rows})
    return facts_in(session, known, rows)


def _local_day(instant: datetime | None, zone: str) -> date | None:
    return local_day(instant, zone) if instant else None
