"""Days and amounts as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.french import long_date
from app.sheets.values import When, read_money, read_when

DAY = date(2027, 4, 17)


@pytest.mark.parametrize(
    "typed",
    [
        *("17/04/2027", "17/4/27", "17.04.2027", "17-04-2027", "2027-04-17", "2027-04-17 00:00"),
        *("17 avril 2027", "17 Avril 2027", "samedi 17 avril 2027", "17 avr. 2027", "46494"),
        *(" 17/04/2027 ", "17\u00a0avril\u00a02027"),
    ],
)
def test_a_day_is_read_however_it_is_written(typed: str) -> None:
    assert read_when(typed) == When(day=DAY)


@pytest.mark.parametrize("typed", ["T2", "fin juin ?", "avril 2027", "2027", "été", "S1 2026"])
def test_a_vague_date_stays_as_it_was_said(typed: str) -> None:
    assert read_when(typed) == When(text=typed)


@pytest.mark.parametrize("typed", ["31/02/2027", "17/13/2027", "01/01/1801", "2027-02-30"])
def test_an_impossible_day_is_told(typed: str) -> None:
    assert read_when(typed) == When(text=typed, fault=True)


@pytest.mark.parametrize("typed", ["", " ", "-", "–", "N/A", "néant"])
def test_a_dash_says_nothing(typed: str) -> None:
    assert read_when(typed) == When()


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_every_day_comes_back_from_its_french_spelling(day: date) -> None:
    assert read_when(f"{day:%d/%m/%Y}").day == day
    assert read_when(long_date(day)).day == day
    assert read_when(day.isoformat()).day == day
    assert read_when(str((day - date(1899, 12, 30)) // timedelta(days=1))).day == day


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12 000,50 €", 1_200_050),
        ("12\u202f000,50\u00a0€", 1_200_050),
        ("12.000,50", 1_200_050),
        ("12,000.50", 1_200_050),
        ("12000.5", 1_200_050),
        ("12000", 1_200_000),
        ("€ 12 000", 1_200_000),
        ("12 000 € HT", 1_200_000),
        ("12 000 euros HT", 1_200_000),
        ("12.000", 1_200_000),
        ("12 k€", 1_200_000),
        ("1,2 M€", 120_000_000),
        ("0", 0),
    ],
)
def test_an_amount_is_read_however_it_is_written(typed: str, cents: int) -> None:
    assert read_money(typed) == cents


@pytest.mark.parametrize("typed", ["à définir", "environ 12", "-5", "", "12/15", "1e9", "12 %"])
def test_what_is_no_amount_is_none(typed: str) -> None:
    assert read_money(typed) is None


@given(st.integers(0, 10**12))
def test_every_amount_comes_back_from_its_french_spelling(cents: int) -> None:
    euros, rest = divmod(cents, 100)
    spelled = f"{euros:,}".replace(",", "\u202f") + f",{rest:02} €"
    assert read_money(spelled) == cents
