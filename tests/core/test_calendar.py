"""Working days by holiday zone: the vectors of domain.md §5 and what must always hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar import (
    HOLIDAY_ZONES,
    holidays_of,
    is_working_day,
    next_working_day,
    previous_working_day,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
ZONES = st.sampled_from(sorted(HOLIDAY_ZONES))


@pytest.mark.parametrize(
    "day",
    [date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25), date(2026, 7, 14), date(2027, 1, 1)],
)
def test_national_holidays_are_off_in_every_zone(day: date) -> None:
    assert not any(is_working_day(day, zone) for zone in HOLIDAY_ZONES)


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2027, 3, 26)])
def test_good_friday_is_off_in_alsace_moselle_and_worked_elsewhere_in_metropole(day: date) -> None:
    assert not is_working_day(day, "alsace-moselle")
    assert is_working_day(day, "metropole")


def test_alsace_moselle_adds_the_26th_of_december() -> None:
    assert holidays_of(2028, "alsace-moselle") - holidays_of(2028, "metropole") == {
        date(2028, 4, 14),
        date(2028, 12, 26),
    }


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("guadeloupe", date(2026, 5, 27)),
        ("martinique", date(2026, 5, 22)),
        ("guyane", date(2026, 6, 10)),
        ("reunion", date(2027, 12, 20)),
        ("mayotte", date(2026, 4, 27)),
    ],
)
def test_overseas_zones_add_the_abolition_of_slavery(zone: str, day: date) -> None:
    assert not is_working_day(day, zone)
    assert is_working_day(day, "metropole")


def test_metropole_has_eleven_holidays_a_year() -> None:
    assert {len(holidays_of(year, "metropole")) for year in range(2020, 2041)} <= {10, 11}
    assert len(holidays_of(2026, "metropole")) == 11


def test_what_announces_a_monday_leaves_on_the_friday_before() -> None:
    sunday = date(2026, 4, 19)
    assert previous_working_day(sunday, "metropole") == date(2026, 4, 17)


def test_what_announces_the_tuesday_after_easter_leaves_before_the_long_weekend() -> None:
    easter_monday = date(2026, 4, 6)
    assert previous_working_day(easter_monday, "metropole") == date(2026, 4, 3)
    assert previous_working_day(easter_monday, "alsace-moselle") == date(2026, 4, 2)


def test_what_chases_waits_for_the_end_of_the_long_weekend() -> None:
    assert next_working_day(date(2026, 4, 4), "metropole") == date(2026, 4, 7)


def test_an_unknown_zone_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'corse' is not a holiday zone"):
        is_working_day(date(2026, 4, 7), "corse")


@given(DAYS, ZONES)
def test_a_worked_day_stays_and_a_day_off_moves_to_the_nearest_worked_one(
    day: date, zone: str
) -> None:
    before, after = previous_working_day(day, zone), next_working_day(day, zone)
    assert is_working_day(before, zone) and is_working_day(after, zone)
    between = (after - before).days - 1
    if is_working_day(day, zone):
        assert before == day == after
    else:
        assert before < day < after
        days = [before + timedelta(days=n) for n in range(1, between + 1)]
        assert not any(is_working_day(one, zone) for one in days)
