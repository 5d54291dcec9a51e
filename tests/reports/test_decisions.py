"""What the assembly is asked follows from the counts on the same page."""

from __future__ import annotations

from app.reports.decisions import Decision, Standing, decisions
from app.reports.kinds import DecisionKind


def test_nothing_is_asked_where_nothing_waits() -> None:
    assert decisions(Standing(0, 0, 0, 0, 0)) == ()


def test_each_count_asks_its_own_question() -> None:
    assert decisions(Standing(1, 0, 0, 0, 4)) == (
        Decision(DecisionKind.LIFT_REGULATION, 1),
        Decision(DecisionKind.FIND_COMPANIES, 4),
    )


def test_three_at_most_those_first_that_only_an_assembly_can_settle() -> None:
    assert [one.kind for one in decisions(Standing(1, 2, 3, 4, 5))] == [
        DecisionKind.LIFT_REGULATION,
        DecisionKind.CHOOSE_WHAT_IS_BUILT,
        DecisionKind.RESUME_OR_STOP,
    ]
