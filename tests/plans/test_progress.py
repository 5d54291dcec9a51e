"""Sums of an indicator: by year and by nature, which are never mixed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.french import number
from app.plans.kinds import MeasureMethod
from app.plans.periods import QUARTERS, Span, quarter, usual_year, whole_year
from app.plans.progress import Figure, adds_up, towards, year_sums

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
SPANS = st.builds(
    lambda start, length: Span(start, start + timedelta(length)), DAYS, st.integers(0, 500)
)
VALUES = st.decimals(0, 10**6, places=3)
FIGURES = st.lists(st.builds(Figure, SPANS, VALUES, st.sampled_from(MeasureMethod)))


@given(FIGURES)
def test_sums_never_mix_natures(figures: list[Figure]) -> None:
    for one in year_sums(figures, "t"):
        alone = [figure for figure in figures if figure.method is one.method]
        assert one in year_sums(alone, "t")
        of_the_year = [figure.value for figure in alone if figure.period.year == one.year]
        assert one.value == sum(of_the_year)


@given(FIGURES)
def test_a_value_that_straddles_two_years_counts_for_neither(figures: list[Figure]) -> None:
    within = [figure for figure in figures if figure.period.year is not None]
    assert year_sums(figures, "t") == year_sums(within, "t")


@given(FIGURES, st.sampled_from(["emplois", "ETP", "% de réemploi", "Taux de réemploi"]))
def test_how_things_stand_is_the_last_value_and_no_sum(figures: list[Figure], unit: str) -> None:
    for one in year_sums(figures, unit):
        same = [f for f in figures if f.period.year == one.year and f.method is one.method]
        assert one.value == max(same, key=lambda figure: figure.period).value


@given(SPANS, SPANS)
def test_two_periods_meet_when_they_share_a_day(one: Span, other: Span) -> None:
    def days(span: Span) -> set[date]:
        return {span.starts_on + timedelta(day) for day in range(span.days)}

    assert one.meets(other) == bool(days(one) & days(other)) == other.meets(one)


@given(st.integers(2000, 2100))
def test_the_quarters_are_the_year(year: int) -> None:
    quarters = [quarter(year, one) for one in QUARTERS]
    assert sum(one.days for one in quarters) == whole_year(year).days
    assert (quarters[0].starts_on, quarters[-1].ends_on) == whole_year(year)
    assert not any(one.meets(other) for one in quarters for other in quarters if one != other)


def test_a_part_of_a_year_is_told_as_a_part() -> None:
    figures = [
        Figure(quarter(2026, one), Decimal(3), MeasureMethod.MEASURED) for one in QUARTERS[:2]
    ]
    assert [(one.value, one.is_whole) for one in year_sums(figures, "t")] == [(6, False)]


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (whole_year(2027), "2027"),
        (quarter(2027, 1), "1er trimestre 2027"),
        (quarter(2027, 3), "3e trimestre 2027"),
        (Span(date(2027, 3, 1), date(2027, 4, 12)), "du 1er\u00a0mars 2027 au 12\u00a0avril 2027"),
        (Span(date(2027, 3, 3), date(2027, 3, 3)), "3\u00a0mars 2027"),
    ],
)
def test_a_period_reads_as_people_say_it(span: Span, words: str) -> None:
    assert span.words == words


def test_until_spring_people_bring_the_figure_of_the_year_before() -> None:
    assert usual_year(date(2027, 1, 5)) == usual_year(date(2027, 3, 31)) == 2026
    assert usual_year(date(2027, 4, 2)) == 2027


def test_partners_and_shares_are_not_one_unit() -> None:
    assert adds_up("partenaires") and adds_up("t") and adds_up("€ économisés")
    assert not adds_up("part de réemploi") and not adds_up("emplois") and not adds_up("%")


@given(VALUES)
def test_a_number_is_read_as_it_is_written(value: Decimal) -> None:
    plain = "".join(number(value, 3).split()).replace(",", ".")
    assert Decimal(plain) == value


def test_towards_a_target_the_last_year_with_values_speaks() -> None:
    class Aim:
        year, value, baseline_value = 2027, Decimal(50), None

    sums = year_sums(
        [
            Figure(whole_year(2025), Decimal(9), MeasureMethod.MEASURED),
            Figure(whole_year(2026), Decimal(21), MeasureMethod.MEASURED),
            Figure(whole_year(2028), Decimal(70), MeasureMethod.MEASURED),
        ],
        "t",
    )
    assert [(one.year, one.value) for one in towards(sums, Aim())] == [(2026, 21)]
