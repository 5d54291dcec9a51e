"""Decide a day and write it: which territories wait for it, the run, the note that it is done.

`run` opens its own short transactions: one that reads, one for some people's mails, one for what
is dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import local_day, local_instant
from app.core.database import read_only
from app.journal.recorder import UNTRACKED
from app.reminders.models import RelanceSetting
from app.reminders.queries.facts import World, territories, world
from app.reminders.schedule.clocks import HOURS_AHEAD, clocks, day_decided, deciding_hours
from app.reminders.schedule.facts import ProjectFacts, Recipient, StepFacts, TerritoryFacts
from app.reminders.schedule.fold import Decision, PlannedMail, plan
from app.reminders.services.writing import MAILS_AT_ONCE, write_drops, write_mails

OpenSession = Callable[[], Session]


@dataclass(frozen=True)
class Written:
    """What a run wrote: mails, and occasions newly dropped. Both 0 when run again."""

    mails: int
    drops: int


def run(
    open_session: OpenSession,
    *,
    now: datetime,
    on: date | None = None,
    zones: Collection[str] | None = None,
    at_once: bool = False,
) -> Written:
    """Write the mails and drops of a day; any number of runs at once write each thing once.

    With `on`, everybody's day is that date; without it, each person's day is their local one.
    Mails wait for the send hour of that day unless they may leave `at_once`. With `zones`, it is
    the hour of these time zones: the days that are decided at it, of whoever has one.
    """
    with open_session() as session:
        read_only(session)
        known = territories(session, started_only=True)
        here = [id_ for id_, one in known.items() if zones is None or one.time_zone in zones]
        today = on or now.date()
        seen = world(session, known, first=today, last=today, here=here)
    days = _days(seen, known, now, on, zones)
    mails = drops = 0
    for decision in _decide(seen, days):
        planned = [
            (mail, now if at_once else max(now, send_instant(mail))) for mail in decision.mails
        ]
        for start_at in range(0, len(planned), MAILS_AT_ONCE):
            some = planned[start_at : start_at + MAILS_AT_ONCE]
            mails += _committed(open_session, write_mails, some, now)
        drops += _committed(open_session, write_drops, decision.drops, now)
    return Written(mails, drops)


# the day of a territory's that is decided now, and of a person's; None: not now
DayOf = Callable[[Recipient | None, TerritoryFacts], date | None]


def _days(
    seen: World,
    known: Mapping[int, TerritoryFacts],
    now: datetime,
    on: date | None,
    zones: Collection[str] | None,
) -> DayOf:
    """Whose day is decided: that date, everybody's present one, or theirs whose hour has come."""
    if on is not None:
        return lambda _who, _territory: on
    if zones is None:
        return lambda who, territory: local_day(now, (who or territory).time_zone)
    due = {zone: local_day(now, zone) for zone in zones}
    hours = deciding_hours(known.values())
    day_of = lru_cache(maxsize=None)(lambda clock: day_decided(clock, hours, due))
    known_clocks = clocks(seen.facts, seen.projects.values())
    return lambda who, territory: (
        day_of(known_clocks[who.id]) if who is not None else due.get(territory.time_zone)
    )


def _decide(seen: World, day_of: DayOf) -> Iterator[Decision]:
    """One decision for each local day that it is now somewhere."""
    by_day: dict[date, list[StepFacts]] = defaultdict(list)
    for step in seen.facts:
        day = _day_of_step(step, day_of)
        if day is not None:
            by_day[day].append(step)
    watched: dict[date, dict[int, ProjectFacts]] = defaultdict(dict)
    for project in seen.projects.values():
        days = {who.id: day_of(who, project.territory) for who in project.addressees}
        for day in {day for day in days.values() if day is not None}:
            people = {id_ for id_ in days if days[id_] == day}
            watched[day][project.id] = _seen_by(project.on(day), people)
    ledger = seen.ledger
    for day in sorted({*by_day, *watched}):
        decision = plan(by_day[day], ledger, day, replace(seen.watch, projects=watched[day]))
        ledger = decision.ledger
        yield decision


def _day_of_step(step: StepFacts, day_of: DayOf) -> date | None:
    """The day of whoever is spoken to: who stands in for somebody has a clock of their own."""
    day = day_of(step.recipient, step.territory)
    for absence in step.away:
        theirs = day_of(absence.stand_in, step.territory)
        if theirs is not None and absence.first <= theirs <= absence.last:
            return theirs
        if day is not None and absence.first <= day <= absence.last:
            return None
    return day


def _seen_by(project: ProjectFacts, people: Collection[int]) -> ProjectFacts:
    """The project as only these keep an eye on it."""
    lead, pilot = project.lead, project.pilot
    return replace(
        project,
        lead=lead if lead and lead.id in people else None,
        pilot=pilot if pilot and pilot.id in people else None,
    )


def send_instant(mail: PlannedMail) -> datetime:
    """The send hour of the recipient's clock on the mail's day; the earliest of its territories."""
    hour = min(territory.send_hour for territory in mail.territories)
    return local_instant(mail.on, hour, mail.recipient.time_zone)


def _committed(open_session: OpenSession, write: Callable[..., int], *given: Any) -> int:
    """Write in a transaction of its own; nothing written, nothing kept."""
    with open_session() as session:
        if count := write(session, *given):
            session.commit()
        return count


def due_zones(session: Session, *, now: datetime, last_hour: int) -> set[str]:
    """Time zones where a started territory's day waits to be decided.

    That is from `HOURS_AHEAD` before its send hour until `last_hour` o'clock.
    """
    read_only(session)
    known = territories(session, started_only=True)
    decided = session.execute(select(RelanceSetting.territory_id, RelanceSetting.run_on))
    zones = set()
    for territory_id, run_on in decided:
        if territory_id not in known:
            continue
        territory = known[territory_id]
        today = local_day(now, territory.time_zone)
        begins = local_instant(today, territory.send_hour - HOURS_AHEAD, territory.time_zone)
        ends = local_instant(today, last_hour, territory.time_zone)
        # not « before today »: a clock that was ahead for a moment would silence the time between
        if run_on != today and begins <= now < ends:
            zones.add(territory.time_zone)
    return zones


def mark_run(session: Session, zones: Collection[str], *, now: datetime) -> None:
    """Note that today is decided in these time zones."""
    for territory in territories(session, started_only=True).values():
        if territory.time_zone in zones:
            session.execute(
                update(RelanceSetting)
                .where(RelanceSetting.territory_id == territory.id)
                .values(run_on=local_day(now, territory.time_zone))
                .execution_options(**{UNTRACKED: True})
            )
