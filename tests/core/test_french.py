"""Dates, numbers and plurals as people in France read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import french
from app.core.french import NBSP, THIN

FRIDAY = date(2026, 4, 17)


def test_dates_are_written_in_full_and_in_short() -> None:
    assert french.long_date(FRIDAY) == f"vendredi 17{NBSP}avril 2026"
    assert french.day_and_month(FRIDAY) == f"vendredi 17{NBSP}avril"
    assert french.plain_date(FRIDAY) == f"17{NBSP}avril 2026"
    assert french.short_date(FRIDAY) == f"17{NBSP}avr.{NBSP}2026"


def test_the_first_of_a_month_is_premier() -> None:
    assert french.plain_date(date(2026, 5, 1)) == f"1er{NBSP}mai 2026"
    assert french.plain_date(date(2026, 5, 11)) == f"11{NBSP}mai 2026"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Paris", f"1er{NBSP}janvier 2027 à 0{NBSP}h{NBSP}05"),
        ("Indian/Reunion", f"1er{NBSP}janvier 2027 à 3{NBSP}h{NBSP}05"),
        ("America/Cayenne", f"31{NBSP}décembre 2026 à 20{NBSP}h{NBSP}05"),
    ],
)
def test_a_moment_is_told_by_the_clock_of_its_place(zone: str, said: str) -> None:
    assert french.moment(datetime(2026, 12, 31, 23, 5, tzinfo=UTC), zone) == said


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (0, 0, "0"),
        (1234, 0, f"1{THIN}234"),
        (12480.5, 1, f"12{THIN}480,5"),
        (12480.0, 2, f"12{THIN}480"),
        (Decimal("0.125"), 3, "0,125"),
        (-1234567, 0, f"-1{THIN}234{THIN}567"),
    ],
)
def test_numbers_have_a_comma_and_thin_spaces(
    value: float | Decimal, digits: int, said: str
) -> None:
    assert french.number(value, digits) == said


@given(st.integers(-(10**12), 10**12))
def test_a_number_is_read_back(value: int) -> None:
    assert int(french.number(value).replace(THIN, "")) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0 étape"), (1, "1 étape"), (2, "2 étapes"), (1500, f"1{THIN}500 étapes")],
)
def test_zero_is_singular(value: int, said: str) -> None:
    assert french.count(value, "étape", "étapes") == said.replace(" ", NBSP)


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")],
)
def test_a_listing_ends_with_et(names: list[str], said: str) -> None:
    assert french.listing(names) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Aubrive", "d’Aubrive"),
        ("Vallon", f"de{NBSP}Vallon"),
        ("Étretat", "d’Étretat"),
        ("Œting", "d’Œting"),
        ("Le Fournil", f"du{NBSP}Fournil"),
        ("Les Voisins", f"des{NBSP}Voisins"),
        ("La Ferme", f"de{NBSP}La Ferme"),
        ("Lessives du Val", f"de{NBSP}Lessives du Val"),
        ("Val d’Aubrive", f"du{NBSP}Val d’Aubrive"),
        ("Pays de Sorne", f"du{NBSP}Pays de Sorne"),
        ("Valdoie", f"de{NBSP}Valdoie"),
        ("Hélène Roy", "d’Hélène Roy"),
        ("Huilerie des Rives", "d’Huilerie des Rives"),
        ("Halles de Sorne", f"de{NBSP}Halles de Sorne"),
        ("Yves Roy", "d’Yves Roy"),
        ("Yann Roy", f"de{NBSP}Yann Roy"),
        ("", f"de{NBSP}"),
    ],
)
def test_de_is_elided_before_a_vowel_and_a_mute_h(name: str, said: str) -> None:
    assert french.of(name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Atelier Bois", "qu’Atelier Bois"),
        ("Hervé Roy", "qu’Hervé Roy"),
        ("Le Fournil", f"que{NBSP}Le Fournil"),
        ("votre organisation", f"que{NBSP}votre organisation"),
    ],
)
def test_que_is_elided_before_a_vowel_and_a_mute_h(name: str, said: str) -> None:
    assert french.that(name) == said


def test_a_day_says_its_year_where_it_is_another_one() -> None:
    assert french.near_date(FRIDAY, date(2026, 12, 31)) == f"vendredi 17{NBSP}avril"
    assert french.near_date(FRIDAY, date(2027, 1, 4)) == f"vendredi 17{NBSP}avril 2026"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Vallon", f"à{NBSP}Vallon"),
        ("Le Fournil", f"au{NBSP}Fournil"),
        ("Les Voisins", f"aux{NBSP}Voisins"),
        ("La Ferme", f"à{NBSP}La Ferme"),
    ],
)
def test_a_melts_into_the_article_of_a_name(name: str, said: str) -> None:
    assert french.to(name) == said


def test_every_day_and_month_has_its_name() -> None:
    assert len(set(french.DAYS)) == 7
    assert len(set(french.MONTHS)) == len(set(french.SHORT_MONTHS)) == 12
    assert french.long_date(date(2026, 11, 22)).startswith("dimanche 22")
