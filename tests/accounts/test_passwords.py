"""Which passwords are strong enough (CNIL 2022-100), and how they are stored."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

import pytest
import zxcvbn.feedback
from argon2 import PasswordHasher
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.hashing import hash_password, is_outdated, is_right
from app.accounts.labels import ZXCVBN, password_advice
from app.accounts.passwords import (
    LONGEST,
    CharacterKind,
    Refusal,
    Weakness,
    examine,
    is_phrase,
    kinds_in,
)
from tests.parts import passwords


@pytest.mark.parametrize(
    "password",
    [
        "Br1oche&Kouig",  # 13 characters of four kinds
        "vG7!qmXz0pLr",  # 12 of four
        "Brioches4Kouigs7",  # 16 of three
        "un four tiède sèche mieux les copeaux humides",  # a phrase without capitals
        "é(8Ùnuœrtzbk",
    ],
)
def test_what_is_strong_enough(password: str) -> None:
    assert examine(password) is None


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("", Weakness.TOO_SHORT),
        ("Br1oche&Kou", Weakness.TOO_SHORT),  # 11 characters
        ("Brioches4Kou", Weakness.FEW_KINDS),  # 12 of three kinds
        ("briocheskouigs", Weakness.FEW_KINDS),  # 14 of one
        ("six mots ne font pas assez", Weakness.FEW_KINDS),
        ("Password123!", Weakness.BANAL),
        ("Azertyuiop123!", Weakness.BANAL),
        ("Aaaaaaaaaaaa1!", Weakness.BANAL),
        ("la la la la la la la la", Weakness.BANAL),
        ("x" * (LONGEST + 1), Weakness.TOO_LONG),
    ],
)
def test_what_is_not(password: str, weakness: Weakness) -> None:
    refusal = examine(password)
    assert refusal is not None
    assert refusal.weakness is weakness


@pytest.mark.parametrize(
    "password", ["Lucie-Perrin-2026", "lucie@Fournil.example1", "Maillage-2026!"]
)
def test_what_others_know_is_no_secret(password: str) -> None:
    refusal = examine(password, about=("Lucie Perrin", "lucie@fournil.example"))
    assert refusal is not None
    assert refusal.weakness is Weakness.BANAL


def test_a_refusal_says_what_is_missing() -> None:
    assert examine("brioches 4") == Refusal(Weakness.TOO_SHORT, (CharacterKind.UPPER,))


@given(st.text(max_size=300))
def test_every_text_gets_an_answer(password: str) -> None:
    refusal = examine(password)
    short = len(password) < 12 and not is_phrase(password)
    assert not short or (refusal is not None and refusal.weakness is Weakness.TOO_SHORT)


@given(st.text(min_size=1))
def test_every_character_is_of_a_kind(password: str) -> None:
    assert kinds_in(password)


french = Flask("here")
Babel(french, default_locale="fr")


@given(st.sampled_from(Weakness), st.sets(st.sampled_from(CharacterKind), min_size=1))
def test_every_refusal_has_its_french_advice(
    weakness: Weakness, unused: set[CharacterKind]
) -> None:
    with french.test_request_context():
        advice = password_advice(Refusal(weakness, tuple(unused)))
    assert advice.startswith("Ce mot de passe")
    assert advice.endswith(".")


def test_a_password_opens_its_own_hash_alone() -> None:
    stored = hash_password("Quatre pains, deux brioches 7")
    assert is_right("Quatre pains, deux brioches 7", stored)
    assert not is_right("Quatre pains, deux brioches 8", stored)
    assert not is_outdated(stored)


def test_accents_are_the_same_whatever_keyboard_composed_them() -> None:
    typed = "Où sèche le blé d’été, 7 fois ?"
    stored = hash_password(unicodedata.normalize("NFD", typed))
    assert is_right(unicodedata.normalize("NFC", typed), stored)


def test_where_there_is_no_account_a_hash_of_the_same_cost_is_checked() -> None:
    stored = passwords.IN_USE.hash("")
    assert stored.split("$")[:4] == ["", "argon2id", "v=19", "m=65536,t=3,p=4"]
    assert passwords.DECOY_IN_USE.split("$")[:4] == stored.split("$")[:4]
    assert not is_right("", None)
    assert not is_right("whatever", None)


@pytest.mark.parametrize("stored", ["", "nonsense", "$argon2id$v=19$m=1,t=1,p=1$x$y"])
def test_a_damaged_hash_opens_nothing(stored: str) -> None:
    assert not is_right("whatever", stored)


def test_older_parameters_are_noticed() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


def said_by_zxcvbn() -> set[str]:
    """Every sentence that its source marks for translation."""
    source = ast.parse(Path(str(zxcvbn.feedback.__file__)).read_text(encoding="utf-8"))
    return {
        ast.literal_eval(call.args[0])
        for call in ast.walk(source)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
    }


def test_every_sentence_of_zxcvbn_is_told_in_french() -> None:
    assert said_by_zxcvbn() == set(ZXCVBN)
    assert len(ZXCVBN) > 20


PARTS = (
    "Password p@ssw0rd qwertyuiop aaaaaa abcabcabc 6543210 1987 2019 25/12/1980 drowssaP "
    "JENNIFER Smith monkey Élan zxcvbnm,. !1aA"
)
BANAL = st.lists(st.sampled_from(PARTS.split()), min_size=1, max_size=4).map("".join)


@given(BANAL | st.text(max_size=40))
def test_no_english_passes_into_the_advice(password: str) -> None:
    refusal = examine(password)
    if refusal is None:
        return
    with french.test_request_context():
        advice = password_advice(refusal)
    for english in said_by_zxcvbn():
        assert english not in advice
    assert set(refusal.hints) <= set(ZXCVBN)
    assert len(advice) > len(refusal.hints) * 10


def test_the_advice_says_what_is_banal_about_it() -> None:
    refusal = examine("Qwertyuiop123!")
    assert refusal is not None
    with french.test_request_context():
        advice = password_advice(refusal)
    assert advice.startswith("Ce mot de passe se devine trop vite")
    assert "Ajoutez un mot ou deux" in advice
