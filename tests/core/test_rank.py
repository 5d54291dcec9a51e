"""Order as text: there is always room between two ranks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.rank import between, spread


@given(st.lists(st.integers(min_value=0, max_value=200), max_size=60))
def test_a_new_rank_always_lies_where_it_was_wanted(places: list[int]) -> None:
    ranks: list[str] = []
    for place in places:
        at = place % (len(ranks) + 1)
        before = ranks[at - 1] if at else None
        after = ranks[at] if at < len(ranks) else None
        new = between(before, after)
        assert (before or "") < new
        assert after is None or new < after
        ranks.insert(at, new)
    assert ranks == sorted(set(ranks))


@given(st.integers(min_value=0, max_value=3000))
def test_spread_ranks_rise_and_leave_room(count: int) -> None:
    ranks = spread(count)
    assert len(ranks) == count
    assert ranks == sorted(set(ranks))
    assert all(rank and not rank.endswith("0") for rank in ranks)


def test_no_rank_is_invented_between_ranks_out_of_order() -> None:
    with pytest.raises(ValueError, match="no rank lies between"):
        between("b", "a")
