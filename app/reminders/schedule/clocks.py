"""Whose day is decided at which hour, so that nobody's day falls in two. Pure.

A zone's hour is an hour before the first of its territories writes. What one person is told of a
day is decided once, whatever territories speak to them: at the last of their zones' hours before
their own send hour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.core.clock import local_day, local_instant
from app.reminders.schedule.facts import Away, ProjectFacts, Recipient, StepFacts, TerritoryFacts

HOURS_AHEAD = 1
_ONE_DAY = timedelta(days=1)


class Clock(NamedTuple):
    """A person's zone, the hour at which they are written to there, and the zones of the
    territories that speak to them."""

    zone: str
    hour: int
    places: frozenset[str]


def clocks(steps: Iterable[StepFacts], projects: Collection[ProjectFacts]) -> dict[int, Clock]:
    """By person, of all who may be spoken to."""
    zones: dict[int, str] = {}
    places: dict[int, dict[int, TerritoryFacts]] = {}
    for who, territory in _addressed(steps, projects):
        zones[who.id] = who.time_zone
        places.setdefault(who.id, {})[territory.id] = territory
    return {
        id_: Clock(
            zones[id_],
            min(one.send_hour for one in theirs.values()),
            frozenset(one.time_zone for one in theirs.values()),
        )
        for id_, theirs in places.items()
    }


def deciding_hours(territories: Iterable[TerritoryFacts]) -> dict[str, int]:
    """By zone, the hour of its clock from which its day is decided."""
    found: dict[str, int] = {}
    for one in territories:
        hour = one.send_hour - HOURS_AHEAD
        found[one.time_zone] = min(found.get(one.time_zone, hour), hour)
    return found


def day_decided(clock: Clock, hours: Mapping[str, int], due: Mapping[str, date]) -> date | None:
    """Which of a person's days is decided when the hour comes on these days of these zones.

    None where another zone of theirs will, or has: `hours` as `deciding_hours` tells them.
    """
    days = []
    for zone in clock.places & due.keys():
        at = local_instant(due[zone], hours[zone], zone)
        day = local_day(at, clock.zone)
        if local_instant(day, clock.hour, clock.zone) < at:
            day += _ONE_DAY
        opens = local_instant(day, clock.hour, clock.zone)
        if not any(_comes_between(at, opens, other, hours) for other in clock.places - {zone}):
            days.append(day)
    return min(days, default=None)


def _comes_between(at: datetime, opens: datetime, zone: str, hours: Mapping[str, int]) -> bool:
    """Whether a zone's hour lies after an instant, and no later than another."""
    last = local_day(opens, zone)
    known = (local_instant(day, hours[zone], zone) for day in (last - _ONE_DAY, last))
    return any(at < one <= opens for one in known)


def in_one_zone(
    steps: tuple[StepFacts, ...], projects: Mapping[int, ProjectFacts], day: date
) -> tuple[tuple[StepFacts, ...], Mapping[int, ProjectFacts]]:
    """The same, each person with one clock: who has chosen none, and hears from territories of
    several zones, lives by the one where it is `day` first."""
    zones: dict[int, set[str]] = {}
    for who, _territory in _addressed(steps, projects.values()):
        zones.setdefault(who.id, set()).add(who.time_zone)
    first = {
        id_: min(theirs, key=lambda zone: (local_instant(day, 12, zone), zone))
        for id_, theirs in zones.items()
        if len(theirs) > 1
    }
    if not first:
        return steps, projects
    return (
        tuple(_step_in(first, step) for step in steps),
        {id_: _project_in(first, project) for id_, project in projects.items()},
    )


def _addressed(
    steps: Iterable[StepFacts], projects: Iterable[ProjectFacts]
) -> Iterable[tuple[Recipient, TerritoryFacts]]:
    for step in steps:
        for who in step.addressees:
            yield who, step.territory
    for project in projects:
        for who in project.addressees:
            yield who, project.territory


def _step_in(zones: Mapping[int, str], step: StepFacts) -> StepFacts:
    if not any(who.id in zones for who in step.addressees):
        return step
    return replace(
        step,
        recipient=step.recipient and _in(zones, step.recipient),
        away=_away_in(zones, step.away),
    )


def _project_in(zones: Mapping[int, str], project: ProjectFacts) -> ProjectFacts:
    return replace(
        project,
        lead=project.lead and _in(zones, project.lead),
        pilot=project.pilot and _in(zones, project.pilot),
        lead_away=_away_in(zones, project.lead_away),
        pilot_away=_away_in(zones, project.pilot_away),
    )


def _away_in(zones: Mapping[int, str], away: tuple[Away, ...]) -> tuple[Away, ...]:
    return tuple(replace(one, stand_in=_in(zones, one.stand_in)) for one in away)


def _in(zones: Mapping[int, str], who: Recipient) -> Recipient:
    return replace(who, time_zone=zones[who.id]) if who.id in zones else who
