"""A row as it stood at an earlier moment: today's, with every later change undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.reports.history import History, LogEntry

START = datetime(2026, 1, 1, tzinfo=UTC)


def on(day: int) -> datetime:
    return START + timedelta(days=day)


def change(day: int, before: str | None, after: str, *, creation: bool = False) -> LogEntry:
    return LogEntry(on(day), "Project", 7, creation, {"stage": [before, after]})


def test_changes_after_the_moment_are_undone() -> None:
    history = History([change(10, "discussion", "qualified"), change(20, "qualified", "lasting")])
    present = {"stage": "lasting"}
    assert history.row_at(on(15), "Project", 7, present) == {"stage": "qualified"}
    assert history.row_at(on(5), "Project", 7, present) == {"stage": "discussion"}
    assert history.row_at(on(25), "Project", 7, present) == present


def test_what_happens_at_the_moment_has_happened() -> None:
    history = History([change(10, "discussion", "qualified")])
    assert history.row_at(on(10), "Project", 7, {"stage": "qualified"}) == {"stage": "qualified"}


def test_a_row_was_not_there_before_its_creation() -> None:
    history = History([change(10, None, "discussion", creation=True)])
    assert history.row_at(on(9), "Project", 7, {"stage": "discussion"}) is None


def test_a_row_without_a_log_stood_as_it_stands() -> None:
    assert History([]).row_at(on(0), "Project", 7, {"stage": "lasting"}) == {"stage": "lasting"}


def test_changes_of_other_fields_are_left_aside() -> None:
    history = History([LogEntry(on(3), "Project", 7, False, {"title": ["A", "B"]})])
    assert history.row_at(on(1), "Project", 7, {"stage": "lasting"}) == {"stage": "lasting"}


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=8), st.integers(0, 9))
def test_undoing_gives_back_what_was_written(stages: list[str], asked: int) -> None:
    entries = [
        LogEntry(on(day), "Project", 7, day == 0, {"stage": [stages[day - 1] if day else None, s]})
        for day, s in enumerate(stages)
    ]
    stood = History(entries).row_at(on(asked), "Project", 7, {"stage": stages[-1]})
    assert stood == {"stage": stages[min(asked, len(stages) - 1)]}
