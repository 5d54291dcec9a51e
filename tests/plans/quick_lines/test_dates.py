"""When: what people write of a date is read as they mean it, or kept as they said it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.french import DAYS, MONTHS, day_number
from app.plans.quick_lines.dates import read_date

TODAY = date(2026, 4, 7)  # a Tuesday
days = st.dates(date(2001, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("17/04", date(2026, 4, 17)),
        ("07/04", TODAY),
        ("6/4", date(2027, 4, 6)),
        ("17/04/27", date(2027, 4, 17)),
        ("17/04/2025", date(2025, 4, 17)),
        ("17.04.2026", date(2026, 4, 17)),
        ("2026-04-17", date(2026, 4, 17)),
        ("29/02", date(2028, 2, 29)),
        ("17 avril", date(2026, 4, 17)),
        ("1er mai", date(2026, 5, 1)),
        ("17 AVRIL 2027", date(2027, 4, 17)),
        ("le 3 févr.", date(2027, 2, 3)),
        ("avant le 15 Aout", date(2026, 8, 15)),
        ("ven. 17/04", date(2026, 4, 17)),
        ("vendredi 17 avril", date(2026, 4, 17)),
        ("(17/04)", date(2026, 4, 17)),
        ("demain", date(2026, 4, 8)),
        ("après-demain", date(2026, 4, 9)),
        ("aujourd’hui", TODAY),
        ("vendredi", date(2026, 4, 10)),
        ("mardi", date(2026, 4, 14)),
        ("pour lundi prochain", date(2026, 4, 13)),
        ("jeudi en huit", date(2026, 4, 16)),
        ("dans 15 jours", date(2026, 4, 22)),
        ("d’ici deux semaines", date(2026, 4, 21)),
        ("dans un mois", date(2026, 5, 7)),
        ("cette semaine", date(2026, 4, 10)),
        ("la semaine prochaine", date(2026, 4, 17)),
        ("demain ?", date(2026, 4, 8)),
    ],
)
def test_an_exact_date_is_a_day(typed: str, day: date) -> None:
    found = read_date(typed, TODAY)
    assert found is not None
    assert (found.day, found.words) == (day, None)


@pytest.mark.parametrize(
    "typed",
    [
        "fin juin",
        "fin juin ?",
        "début mai 2027",
        "mi-mars",
        "T2",
        "T3 2026",
        "2e trimestre",
        "juin",
        "en septembre",
        "été 2026",
        "semaine 17",
        "courant 2027",
        "à définir",
        "dès que possible",
        "17/04 ?",
        "vendredi 18 avril",
    ],
)
def test_a_vague_date_is_kept_as_it_was_said(typed: str) -> None:
    found = read_date(typed, TODAY)
    assert found is not None
    assert (found.day, found.words) == (None, typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("fin du mois", "fin avril"),
        ("le mois prochain", "mai"),
        ("ce mois-ci", "avril"),
        ("fin d’année", "fin 2026"),
    ],
)
def test_words_that_would_move_with_the_days_are_pinned(typed: str, words: str) -> None:
    found = read_date(typed, TODAY)
    assert found is not None
    assert (found.day, found.words) == (None, words)


@pytest.mark.parametrize(
    "typed",
    ["", "?", "31/04", "17/13", "15 jours", "24 entreprises", "au 17/04", "12/03/1850", "Mme"],
)
def test_anything_else_is_no_date(typed: str) -> None:
    assert read_date(typed, TODAY) is None


@given(day=days, today=days)
def test_a_day_that_is_written_in_full_is_that_day(day: date, today: date) -> None:
    name = MONTHS[day.month - 1]
    for typed in (
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day_number(day)} {name} {day.year}",
        f"{DAYS[day.weekday()]} {day.day} {name.upper()} {day.year}",
    ):
        found = read_date(typed, today)
        assert found is not None and found.day == day


@given(day=days, today=days)
def test_a_day_without_its_year_is_the_next_one(day: date, today: date) -> None:
    found = read_date(f"{day:%d/%m}", today)
    assert found is not None and found.day is not None
    assert (found.day.month, found.day.day) == (day.month, day.day)
    assert found.day >= today
    if (day.month, day.day) != (2, 29):
        assert found.day - today <= timedelta(days=365)


@given(today=days, name=st.sampled_from(DAYS))
def test_a_weekday_is_the_next_one_after_today(today: date, name: str) -> None:
    found = read_date(name, today)
    assert found is not None and found.day is not None
    assert DAYS[found.day.weekday()] == name
    assert 1 <= (found.day - today).days <= 7


@given(typed=st.text(max_size=120), today=days)
def test_no_text_is_too_odd(typed: str, today: date) -> None:
    found = read_date(typed, today)
    if found is not None:
        assert (found.day is None) != (found.words is None)
        assert found.typed == typed
        assert found.words is None or 0 < len(found.words) <= 80
