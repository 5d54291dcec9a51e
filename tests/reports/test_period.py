"""The year of a meeting, and the year before it is compared with."""

from __future__ import annotations

from datetime import date

from app.reports.figures import period_of


def test_this_year_ends_today_and_is_compared_with_the_same_day() -> None:
    period = period_of(2026, date(2026, 4, 7))
    assert (period.first, period.last) == (date(2026, 1, 1), date(2026, 4, 7))
    assert (period.before_first, period.before_last) == (date(2025, 1, 1), date(2025, 4, 7))
    assert period.is_running


def test_a_year_gone_by_is_whole() -> None:
    period = period_of(2025, date(2026, 4, 7))
    assert (period.last, period.before_last) == (date(2025, 12, 31), date(2024, 12, 31))
    assert not period.is_running


def test_a_leap_day_is_compared_with_the_28th() -> None:
    assert period_of(2028, date(2028, 2, 29)).before_last == date(2027, 2, 28)
