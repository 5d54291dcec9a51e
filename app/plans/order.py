"""What waits for what in a project, and what slips when something is late. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from graphlib import TopologicalSorter
from typing import NamedTuple, TypeAlias

from app.core.calendar import next_working_day, working_days_between, working_days_later

# {step: the steps that it waits for}
Waits: TypeAlias = Mapping[int, Collection[int]]


class Dated(NamedTuple):
    """A step as this file knows it: `due_on` as planned, None without a date."""

    id: int
    due_on: date | None
    is_open: bool


class Slip(NamedTuple):
    """An open step that comes after one that takes longer: `to` keeps the days between them.

    `must`: at its present date it would come before what it waits for.
    """

    id: int
    due_on: date
    to: date
    must: bool


def closes_circle(waits: Waits, step: int, awaited: int) -> bool:
    """Whether `awaited` itself waits for `step`, near or far: the two could never begin."""
    seen: set[int] = set()
    ahead = [awaited]
    while ahead:
        one = ahead.pop()
        if one == step:
            return True
        if one not in seen:
            seen.add(one)
            ahead.extend(waits.get(one, ()))
    return False


def slips(
    steps: Iterable[Dated], waits: Waits, expected: Mapping[int, date], zone: str
) -> list[Slip]:
    """What moves when these steps are done on the days `expected` instead of as planned.

    In the order in which they follow each other. Intervals are kept in working days of the
    holiday zone; a step that nothing pushes stays out, and no date comes nearer.
    """
    known = {step.id: step for step in steps}
    graph = {step: [one for one in waits.get(step, ()) if one in known] for step in sorted(known)}
    pushed = dict(expected)
    # where those that must move end up, and the others stay
    held = dict(expected)
    found: list[Slip] = []
    for one in TopologicalSorter(graph).static_order():
        step = known[one]
        if one in expected or not step.is_open or step.due_on is None:
            continue
        ahead = [(known[before], pushed[before]) for before in graph[one] if before in pushed]
        to = max([step.due_on, *(_after(step, *other, zone) for other in ahead)])
        if to == step.due_on:
            continue
        must = any(held.get(before, step.due_on) > step.due_on for before in graph[one])
        found.append(Slip(one, step.due_on, to, must))
        pushed[one] = to
        if must:
            held[one] = to
    return found


def _after(step: Dated, awaited: Dated, expected: date, zone: str) -> date:
    """The day of a step that keeps its distance from one that is expected on another day."""
    assert step.due_on is not None
    if awaited.due_on is None or expected <= awaited.due_on:
        return max(step.due_on, expected)
    apart = working_days_between(awaited.due_on, step.due_on, zone)
    return next_working_day(working_days_later(expected, apart, zone), zone)
