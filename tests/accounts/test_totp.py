"""Codes of an app, codes on paper, and what is sealed: what the rules promise."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import recovery_codes, totp
from app.accounts.sealing import Seal
from tests.accounts.entering import code_at
from tests.cast import NOW

MOMENTS = st.integers(1_767_225_600, 2_208_988_800).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
# RFC 6238, appendix B: the secret is the ASCII text 12345678901234567890, SHA-1, last six digits
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert totp.matching_step(RFC_SECRET, code, now, after=0) == seconds // 30


def test_a_secret_has_160_bits_and_no_two_are_alike() -> None:
    secrets = {totp.new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(base64.b32decode(secret)) * 8 for secret in secrets} == {160}


@given(MOMENTS, st.integers(-4, 4))
def test_a_code_is_taken_one_step_before_or_after_and_no_further(now: datetime, away: int) -> None:
    code = code_at(now, steps=away, secret=RFC_SECRET)
    found = totp.matching_step(RFC_SECRET, code, now, after=0)
    if abs(away) <= 1:
        assert found is not None
    # codes of far steps may be the same by chance, once in three hundred thousand
    elif found is not None:
        present = [code_at(now, steps=near, secret=RFC_SECRET) for near in (-1, 0, 1)]
        assert code in present


@given(MOMENTS, st.integers(-1, 1))
def test_no_code_is_taken_that_is_not_newer_than_the_last_one(now: datetime, away: int) -> None:
    code = code_at(now, steps=away, secret=RFC_SECRET)
    step = totp.matching_step(RFC_SECRET, code, now, after=0)
    assert step is not None
    assert totp.matching_step(RFC_SECRET, code, now, after=step) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("123\u202f456", "123456"),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("१२३४५६", None),  # digits, but not those that the app shows
        ("", None),
        (None, None),
    ],
)
def test_a_code_is_read_however_it_was_spaced(typed: str | None, read: str | None) -> None:
    assert totp.read_code(typed) == read


def test_the_app_is_told_whose_account_and_which_site_it_is() -> None:
    uri = totp.app_uri(RFC_SECRET, account="lucie@example.org", site="maillage.example.org")
    assert uri.startswith("otpauth://totp/")
    assert f"secret={RFC_SECRET}" in uri
    assert "lucie%40example.org" in uri
    assert "issuer=Maillage%20maillage.example.org" in uri


def test_the_secret_is_typed_in_groups() -> None:
    assert totp.grouped("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_there_are_ten_recovery_codes_of_eighty_bits() -> None:
    codes = recovery_codes.new_codes()
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {16}
    assert len(set(recovery_codes.ALPHABET)) == 32


@given(st.text(recovery_codes.ALPHABET, min_size=16, max_size=16))
def test_a_recovery_code_is_read_however_it_was_copied(letters: str) -> None:
    code = "-".join(letters[at : at + 4] for at in range(0, 16, 4))
    taken = letters.replace("0", "O").replace("1", "l")
    for typed in (code, letters, code.upper(), f" {code.replace('-', ' ')} ", taken):
        assert recovery_codes.read_code(typed) == code


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_not_and_breaks_nothing(typed: str) -> None:
    read = recovery_codes.read_code(typed)
    assert read is None or len(read) == 19
    assert totp.read_code(typed) is None or len(totp.read_code(typed) or "") == 6


def test_the_same_code_of_two_people_is_stored_as_two() -> None:
    assert recovery_codes.hash_code(1, "x") != recovery_codes.hash_code(2, "x")


@given(st.text())
def test_what_is_sealed_opens_with_the_same_key_and_purpose_alone(text: str) -> None:
    sealed = Seal("k" * 32, "one").close(text, NOW)
    assert Seal("k" * 32, "one").open(sealed, now=NOW) == text
    assert Seal("k" * 32, "other").open(sealed, now=NOW) is None
    assert Seal("K" * 32, "one").open(sealed, now=NOW) is None


def test_what_is_sealed_for_a_while_is_over_then() -> None:
    seal, hour = Seal("k" * 32, "one"), timedelta(hours=1)
    sealed = seal.close("x", NOW)
    assert seal.open(sealed, within=hour, now=NOW + hour) == "x"
    assert seal.open(sealed, within=hour, now=NOW + hour + timedelta(seconds=1)) is None


@given(st.text())
def test_what_was_never_sealed_opens_nothing(text: str) -> None:
    assert Seal("k" * 32, "one").open(text, now=NOW) is None
