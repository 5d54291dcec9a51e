"""What the table's address asks for is read as it was written."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.overview.asked import (
    LONGEST,
    OPEN,
    Sorting,
    StepFilter,
    clean,
    query_of,
    read,
    read_query,
    read_sorting,
)
from app.overview.kinds import Order, When
from app.plans.kinds import Priority, ProjectKind, Stage, StepStatus

DAYS = st.none() | st.dates(date(2000, 1, 1), date(2100, 12, 31))
WORDS = st.text(max_size=30).map(str.strip)
FILTERS = st.builds(
    StepFilter,
    text=WORDS,
    statuses=st.sets(st.sampled_from(StepStatus)).map(
        lambda chosen: tuple(status for status in StepStatus if status in chosen)
    ),
    theme=WORDS,
    zone=WORDS,
    organisation=WORDS,
    person=WORDS,
    when=st.none() | st.sampled_from(When),
    since=DAYS,
    until=DAYS,
    priority=st.none() | st.sampled_from(Priority),
    kind=st.none() | st.sampled_from(ProjectKind),
    stage=st.none() | st.sampled_from(Stage),
)


@given(FILTERS)
def test_a_filter_is_read_as_it_was_written(asked: StepFilter) -> None:
    assert read(parse_qsl(query_of(asked))) == asked


@given(FILTERS)
def test_taking_every_condition_away_leaves_all_steps(asked: StepFilter) -> None:
    for word, value in asked.pairs():
        assert (word, value) not in asked.without(word, value).pairs()
        asked = asked.without(word, value)
    assert asked == StepFilter()


@given(st.text())
def test_any_address_is_read(query: str) -> None:
    asked = read_query(query)
    assert len(asked.text) <= LONGEST
    assert read_query(clean(query)) == (asked if asked.is_set else StepFilter())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("statut=done&statut=nonsense", StepFilter(statuses=(StepStatus.DONE,))),
        ("quand=jamais&du=1999-01-01&au=2026-02-30", StepFilter()),
        ("q=%20%20pain%20", StepFilter(text="pain")),
    ],
)
def test_what_nobody_could_have_chosen_is_left_out(query: str, found: StepFilter) -> None:
    assert read_query(query) == found


def test_a_view_keeps_filters_and_sorting_alone() -> None:
    assert clean("statut=todo&tri=projet&sens=desc&apres=3.x&x=1") == (
        "statut=todo&tri=projet&sens=desc"
    )
    assert clean("tri=projet") == ""


def test_a_heading_turns_its_own_column_round() -> None:
    by_project = Sorting(Order.DUE).turned_to(Order.PROJECT)
    assert by_project == Sorting(Order.PROJECT)
    assert by_project.turned_to(Order.PROJECT) == Sorting(Order.PROJECT, is_down=True)
    assert read_sorting("nonsense", "") == Sorting(Order.DUE)


def test_open_steps_are_those_of_three_statuses() -> None:
    assert query_of(OPEN) == "statut=todo&statut=in_progress&statut=blocked"
