"""What becomes of a shared decision: the rule of domain.md §6, stated as properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.kinds import AskState
from app.agreements.kinds import ProposalState
from app.agreements.outcome import Voice, open_until, outcome
from app.core.calendar import HOLIDAY_ZONES, is_working_day

VOICES = st.lists(
    st.builds(
        Voice,
        st.sampled_from([AskState.OPEN, AskState.ACCEPTED, AskState.DECLINED]),
        st.booleans(),
    ),
    max_size=5,
)


def test_with_nobody_to_ask_it_takes_effect_at_once() -> None:
    assert outcome([], is_over=False) is ProposalState.EFFECTIVE


def test_silence_agrees_once_the_time_is_over_and_not_before() -> None:
    silent = [Voice(AskState.OPEN), Voice(AskState.ACCEPTED)]
    assert outcome(silent, is_over=False) is ProposalState.OPEN
    assert outcome(silent, is_over=True) is ProposalState.EFFECTIVE


def test_nobody_is_burdened_by_their_silence() -> None:
    burdened = [Voice(AskState.OPEN, must_agree=True)]
    assert outcome(burdened, is_over=True) is ProposalState.LAPSED


@given(VOICES, st.booleans())
def test_an_objection_is_never_passed_over(voices: list[Voice], is_over: bool) -> None:
    reached = outcome(voices, is_over=is_over)
    if any(voice.state is AskState.DECLINED for voice in voices):
        assert reached in (ProposalState.OBJECTED, ProposalState.DROPPED)
    else:
        assert reached not in (ProposalState.OBJECTED, ProposalState.DROPPED)


@given(VOICES, st.booleans())
def test_it_takes_effect_only_where_everybody_agreed_or_was_silent_long_enough(
    voices: list[Voice], is_over: bool
) -> None:
    if outcome(voices, is_over=is_over) is not ProposalState.EFFECTIVE:
        return
    for voice in voices:
        agreed = voice.state is AskState.ACCEPTED
        assert agreed or (is_over and not voice.must_agree and voice.state is AskState.OPEN)


@given(VOICES, st.integers(0, 4))
def test_one_more_yes_never_turns_it_away(voices: list[Voice], at: int) -> None:
    """Agreeing brings a decision nearer to taking effect, never further from it."""
    order = [
        ProposalState.DROPPED,
        ProposalState.OBJECTED,
        ProposalState.LAPSED,
        ProposalState.OPEN,
        ProposalState.EFFECTIVE,
    ]
    if at >= len(voices):
        return
    agreed = [
        Voice(AskState.ACCEPTED, one.must_agree) if n == at else one for n, one in enumerate(voices)
    ]
    for is_over in (False, True):
        before, after = outcome(voices, is_over=is_over), outcome(agreed, is_over=is_over)
        assert order.index(after) >= order.index(before)


@given(
    st.dates(date(2024, 1, 1), date(2035, 12, 31)),
    st.sampled_from(sorted(HOLIDAY_ZONES)),
)
def test_ten_working_days_are_ten_days_that_people_work(day: date, zone: str) -> None:
    last = open_until(day, zone)
    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert is_working_day(last, zone)
    assert sum(is_working_day(one, zone) for one in between) == 10


@pytest.mark.parametrize(
    ("proposed", "last"),
    [
        # a Tuesday; no holiday within a fortnight
        (date(2026, 6, 2), date(2026, 6, 16)),
        # May of 2026: the 8th, Ascension on the 14th, Whit Monday on the 25th
        (date(2026, 5, 4), date(2026, 5, 20)),
        (date(2026, 5, 13), date(2026, 5, 29)),
    ],
)
def test_the_last_day_for_an_objection(proposed: date, last: date) -> None:
    assert open_until(proposed, "metropole") == last
