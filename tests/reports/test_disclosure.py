"""No sum that rests on fewer than three firms is shown, nor can be found from those shown."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from app.plans.kinds import MeasureMethod
from app.reports.disclosure import Contribution, Total, totals

MEASURED, ESTIMATED = MeasureMethod.MEASURED, MeasureMethod.ESTIMATED


def value(
    label: str,
    amount: str,
    *firms: int,
    unit: str = "t",
    method: MeasureMethod = MEASURED,
) -> Contribution:
    return Contribution(label, unit, method, Decimal(amount), frozenset(firms))


def test_three_firms_make_a_sum_that_may_be_shown() -> None:
    (total,) = totals([value("Bois", "10.5", 1, 2), value("Bois", "4", 2, 3)])
    assert total.value == Decimal("14.5")
    assert total.firms == 3


def test_two_firms_do_not() -> None:
    (total,) = totals([value("Bois", "10", 1, 2), value("Carton", "4", 2)])
    assert total.value is None
    assert [part.value for part in total.parts] == [None, None]


def test_a_sum_without_any_firm_rests_on_fewer_than_three() -> None:
    (total,) = totals([value("Broyat", "10")])
    assert total.value is None


def test_methods_and_units_are_never_added_together() -> None:
    found = totals(
        [
            value("Bois", "10", 1, 2, 3),
            value("Bois", "7", 1, 2, 3, method=ESTIMATED),
            value("Bois", "5", 1, 2, 3, unit="€"),
        ]
    )
    assert [(t.unit, t.method, t.value) for t in found] == [
        ("t", ESTIMATED, Decimal(7)),
        ("t", MEASURED, Decimal(10)),
        ("€", MEASURED, Decimal(5)),
    ]


def test_a_part_is_withheld_where_the_rest_would_betray_one_firm() -> None:
    (total,) = totals([value("Bois", "10", 1, 2, 3), value("Pain", "2", 4)])
    assert total.value == Decimal(12)
    assert {part.label: part.value for part in total.parts} == {"Bois": None, "Pain": None}


def test_parts_are_shown_where_what_is_left_rests_on_three_firms() -> None:
    (total,) = totals(
        [value("Bois", "10", 1, 2, 3), value("Pain", "2", 4), value("Eau", "3", 5, 6)]
    )
    assert {p.label: p.value for p in total.parts} == {"Bois": 10, "Pain": None, "Eau": None}


contributions = st.lists(
    st.builds(
        Contribution,
        label=st.sampled_from("abcdef"),
        unit=st.sampled_from(("t", "€")),
        method=st.sampled_from(MeasureMethod),
        value=st.integers(1, 1000).map(Decimal),
        firms=st.frozensets(st.integers(1, 7), max_size=4),
    ),
    max_size=12,
)


def _behind(given_: list[Contribution], total: Total, labels: frozenset[str]) -> frozenset[int]:
    return frozenset().union(
        *(
            one.firms
            for one in given_
            if (one.unit, one.method) == (total.unit, total.method) and one.label in labels
        )
    )


@given(contributions)
def test_nothing_shown_rests_on_fewer_than_three_firms(given_: list[Contribution]) -> None:
    for total in totals(given_):
        every = frozenset(part.label for part in total.parts)
        if total.value is not None:
            assert len(_behind(given_, total, every)) >= 3
        for part in total.parts:
            if part.value is not None:
                assert len(_behind(given_, total, frozenset({part.label}))) >= 3


@given(contributions)
def test_no_subtraction_of_what_is_shown_betrays_fewer_than_three(
    given_: list[Contribution],
) -> None:
    for total in totals(given_):
        if total.value is None:
            continue
        every = frozenset(part.label for part in total.parts)
        shown = [part.label for part in total.parts if part.value is not None]
        for size in range(1, len(shown) + 1):
            for taken in combinations(shown, size):
                rest = every - set(taken)
                assert not rest or len(_behind(given_, total, rest)) >= 3


@given(contributions)
def test_every_sum_is_exact_and_no_value_is_counted_twice(given_: list[Contribution]) -> None:
    for total in totals(given_):
        group = [c for c in given_ if (c.unit, c.method) == (total.unit, total.method)]
        if total.value is not None:
            assert total.value == sum(c.value for c in group)
        assert sum(part.contributions for part in total.parts) == len(group)
