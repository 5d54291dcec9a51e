"""Facts and ledger from the database: as many statements whatever the number of steps."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import LONGEST_CLOSURE, Territory
from app.core.clock import local_day
from app.core.prepared import Kept
from app.plans.kinds import StepStatus
from app.plans.models import Step
from app.reminders.models import RelancePatience, RelanceSetting
from app.reminders.queries.closures import announced_earlier
from app.reminders.queries.decided import ledger_of, mailed_lately
from app.reminders.queries.elsewhere import reached, spoken_elsewhere, who_is_replaced_by
from app.reminders.queries.firms import firms_mailed
from app.reminders.queries.open_steps import facts_in, open_steps, some_open_steps
from app.reminders.queries.policies import OF_PATIENCE, patience_in, policies
from app.reminders.queries.watched import project_facts, told_lines
from app.reminders.schedule.clocks import in_one_zone
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
    session: Session,
    known: Mapping[int, TerritoryFacts],
    *,
    first: date,
    last: date,
    here: Collection[int] | None = None,
) -> World:
    """Facts and ledger for the days from `first` to `last`, of the territories given.

    Where only those `here` matter, what else their people are told is with it: one mail holds both.
    """
    places = {id_: known[id_] for id_ in (known if here is None else here)}
    others = {
        id_: one for id_, one in known.items() if id_ not in places and one.started_on is not None
    }
    is_near = _near(known, last)
    wanted = and_(Step.territory_id.in_(places), is_near)
    lines, gap = told_lines(session, places, last), _longest_gap(known)
    lately, firms = mailed_lately(session, first, gap), firms_mailed(session, first, gap)
    steps, stuck = facts_in(session, places, open_steps(session, wanted))
    ledger = ledger_of(session, wanted).with_entries(lines)
    seen = World(
        steps,
        replace(ledger, **lately._asdict(), **firms._asdict()),
        project_facts(session, places),
        stuck,
    )
    if others:
        seen = _with_elsewhere(session, seen, others, is_near, last)
    if len({one.time_zone for one in known.values()}) == 1:
        return seen
    steps, projects = in_one_zone(seen.facts, seen.projects, first)
    return replace(seen, facts=steps, projects=projects)


def _near(known: Mapping[int, TerritoryFacts], last: date) -> ColumnElement[bool]:
    """Steps of which something may be said by a day, by the rules of these territories."""
    chosen = [policy for one in known.values() for policy in one.policies.values()]
    ahead = timedelta(days=max((policy.earliest for policy in chosen), default=0))
    farthest = last + ahead + LONGEST_REST
    is_near = or_(Step.due_on <= farthest, announced_earlier(last))
    is_wanted = and_(Step.due_on <= farthest + LONGEST_CLOSURE, is_near)
    # what is stuck is told to its pilot, whenever it is due and where it is not dated
    return or_(is_wanted, Step.status == StepStatus.BLOCKED)


def _longest_gap(known: Mapping[int, TerritoryFacts]) -> timedelta:
    gaps = [policy.gap for one in known.values() for policy in one.policies.values()]
    return timedelta(days=max(gaps, default=1))


def _with_elsewhere(
    session: Session,
    seen: World,
    others: Mapping[int, TerritoryFacts],
    is_near: ColumnElement[bool],
    last: date,
) -> World:
    """What other territories tell the same people, and what these keep an eye on there."""
    people = reached(seen.facts, seen.projects.values())
    firms = {one.firm_id for one in seen.facts if one.firm_id is not None}
    asked = people | who_is_replaced_by(session, people)
    projects = project_facts(session, others, watchers=asked)
    rows = open_steps(session, and_(is_near, spoken_elsewhere(others, asked, projects, firms)))
    steps, stuck = facts_in(session, others, rows)
    ledger = ledger_of(session, Step.id.in_([one.id for one in steps]))
    lines = told_lines(
        session, {one.territory.id: one.territory for one in projects.values()}, last
    )
    return World(
        (*seen.facts, *steps),
        seen.ledger.with_entries({**ledger.entries, **lines}),
        {**seen.projects, **projects},
        (*seen.stuck, *stuck),
    )


def world_around(
    session: Session,
    known: Mapping[int, TerritoryFacts],
    *,
    territory_id: int,
    first: date,
    last: date,
) -> World:
    """The same for one territory, and what its people are told elsewhere: one mail holds both."""
    return world(session, known, first=first, last=last, here=[territory_id])


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
