"""SIREN, SIRET and NAF as they are typed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.identifiers import (
    LA_POSTE,
    clean_commune,
    clean_naf,
    clean_postcode,
    clean_siren,
    clean_siret,
    is_naf_2025,
    is_naf_rev2,
)


@pytest.mark.parametrize("siret", ["35600000000048", "35600000049837"])
def test_both_rules_of_la_poste_hold(siret: str) -> None:
    assert clean_siret(siret) == siret


def test_the_rule_of_la_poste_is_for_la_poste_alone() -> None:
    other = "35700000049836"
    assert sum(map(int, other)) % 5 == 0
    assert clean_siret(other) is None


@pytest.mark.parametrize(
    "typed", ["732 829 320 00074", "732\u00a0829\u202f320 00074", "73282932000074"]
)
def test_spaces_are_forgiven(typed: str) -> None:
    assert clean_siret(typed) == "73282932000074"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "7328293200007",
        "73282932000075",
        "7328293200007O",
        "٧٣٢٨٢٩٣٢٠٠٠٠٧٤",
        "\x0073282932000074",
    ],
)
def test_what_is_no_siret_is_refused(typed: str) -> None:
    assert clean_siret(typed) is None


def with_key(digits: str) -> str:
    """The digits with the one last digit that makes Luhn's sum right, found by trying."""
    found = [digits + key for key in "0123456789" if luhn_by_table(digits + key)]
    assert len(found) == 1
    return found[0]


def luhn_by_table(digits: str) -> bool:
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    odd, even = digits[::-1][::2], digits[::-1][1::2]
    return (sum(map(int, odd)) + sum(doubled[int(digit)] for digit in even)) % 10 == 0


@given(st.text("0123456789", min_size=13, max_size=13))
def test_one_last_digit_alone_makes_a_siret(digits: str) -> None:
    assume(not digits.startswith(LA_POSTE))
    right = with_key(digits)
    valid = [digits + key for key in "0123456789" if clean_siret(digits + key)]
    assert valid == [right]


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 13), st.integers(1, 9))
def test_one_digit_typed_wrong_is_noticed(digits: str, place: int, shift: int) -> None:
    right = with_key(digits)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assume(not wrong.startswith(LA_POSTE))
    assert clean_siret(wrong) is None


@given(st.text("0123456789", min_size=8, max_size=8))
def test_a_siren_has_its_key(digits: str) -> None:
    assert clean_siren(with_key(digits)) == with_key(digits)


@given(st.text())
def test_no_text_whatever_breaks_the_reading(typed: str) -> None:
    for clean in (clean_siren, clean_siret, clean_naf):
        cleaned = clean(typed)
        assert cleaned is None or clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "naf"),
    [
        ("1071c", "10.71C"),
        ("10.71C", "10.71C"),
        (" 10 71 C ", "10.71C"),
        ("10.7C", None),
        ("boulangerie", None),
    ],
)
def test_activities_are_written_one_way(typed: str, naf: str | None) -> None:
    assert clean_naf(typed) == naf


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("68066", "68066"),
        (" 2a 004 ", "2A004"),
        ("2B033", "2B033"),
        ("97411", "97411"),
        ("2C004", None),
        ("6806", None),
        ("٦٨٠٦٦", None),
    ],
)
def test_a_commune_has_its_code_also_in_corsica(typed: str, code: str | None) -> None:
    assert clean_commune(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"), [("68 000", "68000"), ("01000", "01000"), ("6800", None), ("2A000", None)]
)
def test_a_postcode_has_five_digits(typed: str, code: str | None) -> None:
    assert clean_postcode(typed) == code


def test_the_two_nomenclatures_say_undivided_by_different_letters() -> None:
    assert is_naf_rev2("53.10Z") and not is_naf_2025("53.10Z")
    assert is_naf_2025("53.10Y") and not is_naf_rev2("53.10Y")
