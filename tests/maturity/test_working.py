"""Which years a synergy and a project speak for: the rule of eci_18, year by year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maturity.working import lasts_in, speaks_for, works_in
from app.plans.conditions import Use
from app.plans.kinds import ProjectState, Stage, SynergyType

BAKER, JOINER, TOWN = 1, 2, 3
YEARS = range(2019, 2032)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
TYPES = st.sampled_from(SynergyType)


@st.composite
def _uses(draw: st.DrawFn) -> Use:
    since = draw(DAYS)
    until = draw(st.none() | st.integers(0, 1500).map(lambda n: since + timedelta(days=n)))
    giver = draw(st.sampled_from([None, BAKER, JOINER, TOWN]))
    return Use(giver, draw(st.sampled_from([BAKER, JOINER, TOWN])), since, until)


USES = st.lists(_uses(), max_size=5)


def worked(synergy_type: SynergyType, uses: list[Use]) -> list[int]:
    return [year for year in YEARS if works_in(year, synergy_type, uses)]


def test_one_exchange_counts_in_each_year_in_which_it_took_place() -> None:
    uses = [Use(BAKER, JOINER, date(2024, 12, 31), date(2026, 1, 2))]
    assert worked(SynergyType.SUBSTITUTION, uses) == [2024, 2025, 2026]
    assert worked(SynergyType.SHARING, uses) == []


def test_the_day_on_which_it_is_said_to_have_ended_is_no_day_of_it() -> None:
    ended = [Use(BAKER, JOINER, date(2024, 5, 1), date(2026, 1, 1))]
    assert worked(SynergyType.SUBSTITUTION, ended) == [2024, 2025]
    mistaken = [Use(BAKER, JOINER, date(2024, 5, 1), date(2024, 5, 1))]
    assert worked(SynergyType.SUBSTITUTION, mistaken) == []


def test_what_is_shared_counts_while_two_use_it_on_the_same_day() -> None:
    together = [
        Use(None, BAKER, date(2024, 5, 1), date(2026, 6, 1)),
        Use(None, JOINER, date(2025, 3, 1), None),
    ]
    assert worked(SynergyType.SHARING, together) == [2025, 2026]
    one_after_the_other = [
        Use(None, BAKER, date(2024, 5, 1), date(2024, 6, 1)),
        Use(None, JOINER, date(2024, 6, 1), None),
    ]
    assert worked(SynergyType.SHARING, one_after_the_other) == []
    twice_the_same = [Use(None, BAKER, date(2024, 5, 1), None)] * 2
    assert worked(SynergyType.SHARING, twice_the_same) == []


def test_what_passes_from_an_organisation_to_itself_is_no_exchange() -> None:
    assert worked(SynergyType.SUBSTITUTION, [Use(BAKER, BAKER, date(2024, 5, 1), None)]) == []


@given(USES, TYPES)
def test_a_year_works_when_one_of_its_days_does(uses: list[Use], kind: SynergyType) -> None:
    """The same told day by day, without the shortcut."""
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]

    def works(day: date) -> bool:
        lasting = [one for one in uses if one.since <= day and (not one.until or one.until > day)]
        if kind is SynergyType.SHARING:
            return len({one.user_id for one in lasting}) >= 2
        return any(one.giver_id and one.giver_id != one.user_id for one in lasting)

    assert works_in(2024, kind, uses) == any(map(works, days))


@given(USES.filter(bool), TYPES, st.data())
def test_ending_an_exchange_on_a_day_changes_no_year_before_it(
    uses: list[Use], kind: SynergyType, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(uses) - 1))
    day = data.draw(st.dates(uses[at].since, date(2031, 12, 31)))
    going_on = [one._replace(until=None) if n == at else one for n, one in enumerate(uses)]
    ended = [one._replace(until=day) if n == at else one for n, one in enumerate(uses)]
    before, after = worked(kind, going_on), worked(kind, ended)
    assert [y for y in after if y < day.year] == [y for y in before if y < day.year]
    assert set(after) <= set(before)


@given(USES, TYPES, _uses())
def test_noting_one_more_exchange_takes_no_year_away(
    uses: list[Use], kind: SynergyType, more: Use
) -> None:
    assert set(worked(kind, uses)) <= set(worked(kind, [*uses, more]))


@given(_uses(), st.sampled_from(YEARS))
def test_a_use_lasts_in_a_year_when_it_does_on_one_of_its_days(use: Use, year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    assert lasts_in(year, use) == any(use.lasts_on(day) for day in days if day.year == year)


@pytest.mark.parametrize(
    ("state", "stage", "years"),
    [
        (ProjectState.DRAFT, Stage.OPERATIONAL, []),
        (ProjectState.ACTIVE, Stage.OPERATIONAL, [2024, 2025, 2026, 2027]),
        (ProjectState.PAUSED, Stage.LASTING, [2024, 2025]),
        (ProjectState.CLOSED, Stage.OPERATIONAL, [2024, 2025]),
        (ProjectState.CLOSED, Stage.LASTING, [2024, 2025, 2026, 2027]),
        (ProjectState.ABANDONED, Stage.LASTING, [2024]),
    ],
)
def test_a_project_speaks_for_the_years_that_somebody_vouches_for(
    state: ProjectState, stage: Stage, years: list[int]
) -> None:
    """In this state since 2025."""
    asked = (2024, 2025, 2026, 2027)
    assert [year for year in asked if speaks_for(year, state, stage, 2025)] == years
