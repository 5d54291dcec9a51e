"""What waits for what: no circles, and only what must slips, keeping its distance."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar import is_working_day, working_days_between
from app.plans.order import Dated, Slip, closes_circle, slips

ZONE = "metropole"
MONDAY = date(2026, 6, 1)


def test_a_step_that_waits_for_a_late_one_slips_by_as_many_working_days() -> None:
    steps = [Dated(1, MONDAY, True), Dated(2, date(2026, 6, 4), True)]
    assert slips(steps, {2: [1]}, {1: date(2026, 6, 3)}, ZONE) == [
        Slip(2, date(2026, 6, 4), date(2026, 6, 8), must=False)
    ]


def test_what_would_come_before_what_it_waits_for_must_move() -> None:
    steps = [Dated(1, MONDAY, True), Dated(2, date(2026, 6, 3), True)]
    [slip] = slips(steps, {2: [1]}, {1: date(2026, 6, 10)}, ZONE)
    assert (slip.to, slip.must) == (date(2026, 6, 12), True)


def test_a_chain_slips_as_a_chain_and_what_is_done_or_undated_stays() -> None:
    steps = [
        Dated(1, MONDAY, True),
        Dated(2, date(2026, 6, 2), True),
        Dated(3, date(2026, 6, 3), True),
        Dated(4, date(2026, 6, 3), False),
        Dated(5, None, True),
    ]
    waits = {2: [1], 3: [2], 4: [1], 5: [1]}
    found = slips(steps, waits, {1: date(2026, 6, 8)}, ZONE)
    assert [(slip.id, slip.to) for slip in found] == [
        (2, date(2026, 6, 9)),
        (3, date(2026, 6, 10)),
    ]


def test_a_step_done_earlier_pulls_nobody_nearer() -> None:
    steps = [Dated(1, MONDAY, True), Dated(2, date(2026, 6, 10), True)]
    assert slips(steps, {2: [1]}, {1: date(2026, 5, 20)}, ZONE) == []


def test_two_that_wait_for_each_other_could_never_begin() -> None:
    waits = {2: {1}, 3: {2}}
    assert closes_circle(waits, 1, 3)
    assert closes_circle(waits, 1, 1)
    assert not closes_circle(waits, 3, 1)


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Dated], dict[int, set[int]]]:
    """Steps that wait only for steps before them, so that there is no circle."""
    count = draw(st.integers(1, 7))
    steps = [Dated(one, draw(st.none() | DAYS), draw(st.booleans())) for one in range(1, count + 1)]
    waits = {one: draw(st.sets(st.integers(1, one - 1), max_size=3)) for one in range(2, count + 1)}
    return steps, waits


@given(plans(), DAYS)
def test_only_open_dated_followers_slip_and_never_to_a_nearer_day(
    plan: tuple[list[Dated], dict[int, set[int]]], expected: date
) -> None:
    steps, waits = plan
    by_id = {step.id: step for step in steps}
    found = slips(steps, waits, {1: expected}, ZONE)
    for slip in found:
        step = by_id[slip.id]
        assert step.is_open
        assert slip.due_on == step.due_on
        assert slip.to > slip.due_on
        assert is_working_day(slip.to, ZONE) or slip.to == expected
        assert closes_circle(waits, 1, slip.id)  # it waits, near or far, for the one that is late
    assert len({slip.id for slip in found}) == len(found)


@given(st.integers(0, 30), st.integers(0, 30))
def test_the_distance_in_working_days_is_kept(apart: int, late: int) -> None:
    planned, due = MONDAY, MONDAY + timedelta(days=apart)
    expected = planned + timedelta(days=late)
    for slip in slips(
        [Dated(1, planned, True), Dated(2, due, True)], {2: [1]}, {1: expected}, ZONE
    ):
        assert working_days_between(expected, slip.to, ZONE) >= working_days_between(
            planned, due, ZONE
        )


@given(plans(), DAYS)
def test_once_all_have_moved_nothing_more_must(
    plan: tuple[list[Dated], dict[int, set[int]]], expected: date
) -> None:
    steps, waits = plan
    moved = {slip.id: slip.to for slip in slips(steps, waits, {1: expected}, ZONE)}
    after = [
        step._replace(due_on=expected if step.id == 1 else moved.get(step.id, step.due_on))
        for step in steps
    ]
    again = slips(after, waits, {1: expected}, ZONE)
    assert [slip.id for slip in again if slip.must and 1 in waits.get(slip.id, ())] == []
