"""Folded text: what a French reader holds to be the same word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.folding import fold, stem, stems

FRENCH = st.text(
    "abcxyzABCXYZàâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛŸŒÆ’' -«»0123456789.,;\u00a0\u202f", max_size=40
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Œuvre d’Été", "oeuvre d ete"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("  SAINT\u00a0MÉROU  ", "saint merou"),
        ("cœur & chœur", "coeur choeur"),
        ("e\u0301te\u0301", "ete"),
        ("Straße", "strasse"),
        ("100\u202f%", "100"),
        ("m²", "m2"),
        ("℡", "tel"),
        ("", ""),
        ("…!?", ""),
        ("a\x00b", "a b"),
    ],
)
def test_accents_case_and_typography_are_forgiven(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(FRENCH)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(FRENCH)
def test_capitals_and_small_letters_fold_alike(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


@given(st.text())
def test_what_is_folded_is_words_and_single_spaces(text: str) -> None:
    """So that a pattern built of it holds no sign that LIKE would read as a joker."""
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(character.isalnum() or character == " " for character in folded)


@given(FRENCH, FRENCH)
def test_what_contains_a_word_contains_it_folded(before: str, after: str) -> None:
    assert "fournil" in fold(f"{before} Fournil {after}")


WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("caisse", "caisses"),
        ("bocal", "bocaux"),
        ("tableau", "tableaux"),
        ("journal", "journaux"),
        ("eau", "eaux"),
        ("prix", "prix"),
        ("bois", "bois"),
        ("gâteau", "GÂTEAUX"),
    ],
)
def test_one_and_many_are_the_same_word(one: str, many: str) -> None:
    assert stems(one) == stems(many)


def test_words_that_are_not_the_same_stay_apart() -> None:
    assert stems("pain") != stems("pin")
    assert stems("as os us") == ["as", "os", "us"]


@given(word=WORDS)
def test_a_stem_is_how_the_word_begins(word: str) -> None:
    assert word.startswith(stem(word))
    assert len(stem(word)) >= min(3, len(word))
    assert stem(stem(word)) == stem(word)
