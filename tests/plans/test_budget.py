"""What a project is to cost and who pays: sums that say what they do not know."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from app.core.french import money
from app.plans.budget import summed
from app.plans.kinds import FundingState
from app.sheets.values import read_money

CENTS = st.none() | st.integers(0, 10**12)


class Line(NamedTuple):
    amount_cents: int | None
    spent_cents: int | None
    state: FundingState


LINES = st.lists(st.builds(Line, CENTS, CENTS, st.sampled_from(FundingState)))


@given(CENTS, LINES)
def test_what_is_to_be_found_is_never_less_than_nothing(
    planned: int | None, lines: list[Line]
) -> None:
    found = summed(planned, lines)
    if planned is None:
        assert found.to_find is None
    else:
        assert found.to_find is not None and found.to_find >= 0
        assert planned + found.beyond == found.sought + found.to_find


@given(LINES)
def test_what_was_refused_pays_for_nothing(lines: list[Line]) -> None:
    refused = [line._replace(state=FundingState.REFUSED) for line in lines]
    found = summed(100, refused)
    assert (found.sought, found.promised, found.to_find, found.unsaid) == (0, 0, 100, 0)


@given(CENTS, LINES)
def test_a_line_without_an_amount_is_counted_and_not_guessed(
    planned: int | None, lines: list[Line]
) -> None:
    known = [line for line in lines if line.amount_cents is not None]
    left_out = [line for line in lines if line.amount_cents is None]
    whole, part = summed(planned, lines), summed(planned, known)
    assert (whole.sought, whole.to_find) == (part.sought, part.to_find)
    refused = sum(line.state is FundingState.REFUSED for line in left_out)
    assert whole.unsaid == len(left_out) - refused


@given(st.integers(0, 10**14))
def test_an_amount_is_read_as_it_is_written(cents: int) -> None:
    assert read_money(money(cents)) == cents
