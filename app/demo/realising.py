"""Makes it so, by the rooms' verbs: what works, what waits, what is ticked off, what is stuck."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from app.demo.chronicle import MOVING, PLANNING, SAYING, Deed, public_id
from app.demo.ground import Ground
from app.demo.reality import BarrierTale, Reality, UseTale
from app.plans.services.barriers import lift_barrier, note_barrier
from app.plans.services.checks import add_checks, tick
from app.plans.services.exchanges import note_exchange
from app.plans.services.waiting import wait_for

# notes a deed: on which day, at which hour, what, the deed, by whom
On = Callable[[date, int, str, Deed, str | None], None]


def note_reality(ground: Ground, project: str, reality: Reality, planned_on: date, on: On) -> None:
    """Note it into the life of a project; what waits and what is to tick off on `planned_on`."""
    for number, use in enumerate(reality.uses):
        on(use.on, PLANNING, f"use {number}", partial(_use, ground, project, use), None)
    for number, barrier in enumerate(reality.barriers):
        note = partial(_bar, ground, project, barrier, number)
        on(barrier.on, SAYING, f"barrier {number}", note, barrier.person)
    for step, awaited in reality.waits:
        what = f"{step} waits for {awaited}"
        on(planned_on, MOVING, what, partial(_wait, ground, project, step, awaited), None)
    for key, points, ticked in reality.checks:
        deed = partial(_check, ground, project, key, points, ticked)
        on(planned_on, MOVING, f"checks {key}", deed, None)


def _use(ground: Ground, project: str, tale: UseTale, at: datetime) -> None:
    known = ground.organisations
    made = note_exchange(
        ground.session,
        ground.projects[project],
        giver_id=known[tale.giver].id if tale.giver else None,
        user_id=known[tale.user].id,
        label=tale.label,
        since=tale.on,
        today=at.date(),
    )
    made.public_id = public_id(f"use {project} {tale.giver} {tale.user} {tale.label}")


def _bar(ground: Ground, project: str, tale: BarrierTale, number: int, at: datetime) -> None:
    barrier = note_barrier(
        ground.session,
        ground.projects[project],
        kind=tale.kind,
        note=tale.note,
        lever=tale.lever,
        helper_id=ground.organisations[tale.helper].id if tale.helper else None,
        person_id=ground.people[tale.person].id,
        today=at.date(),
    )
    barrier.public_id = public_id(f"barrier {project} {number}")
    if tale.lifted_on:
        lift_barrier(barrier, how=tale.how, today=tale.lifted_on)


def _wait(ground: Ground, project: str, step: str, awaited: str, _at: datetime) -> None:
    wait_for(
        ground.session, ground.step_by_key(project, step), ground.step_by_key(project, awaited)
    )


def _check(
    ground: Ground, project: str, key: str, points: tuple[str, ...], ticked: int, at: datetime
) -> None:
    step = ground.step_by_key(project, key)
    made = add_checks(ground.session, step, points)
    for number, item in enumerate(made):
        item.public_id = public_id(f"check {project} {key} {item.label}")
        if number < ticked:
            tick(item, done=True, person_id=ground.people["anne"].id, now=at)
