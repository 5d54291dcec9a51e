"""Months as weeks from Monday to Sunday."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar import holiday_names, holidays_of
from app.overview.months import Month, read_month

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(DAYS)
def test_every_day_of_a_month_stands_in_it_once(day: date) -> None:
    month = read_month("", day)
    days = [one for week in month.weeks for one in week if one in month]
    assert days == [month.first + timedelta(days=n) for n in range(len(days))]
    assert days[-1] == month.last
    assert all(week[0].weekday() == 0 and len(week) == 7 for week in month.weeks)


@given(DAYS)
def test_the_month_after_the_one_before_is_the_same(day: date) -> None:
    month = read_month("", day)
    assert month.previous.following == month
    assert read_month(str(month), date(2026, 1, 1)) == month


def test_what_is_no_month_is_todays() -> None:
    for said in ("", "2026-13", "1999-01", "2026-4", "avril", "2026-04-01"):
        assert read_month(said, date(2026, 4, 7)) == Month(date(2026, 4, 1))


def test_days_off_have_french_names() -> None:
    assert holiday_names(2026, "metropole")[date(2026, 5, 14)] == "Ascension"
    assert holiday_names(2026, "alsace-moselle").keys() == holidays_of(2026, "alsace-moselle")
