"""A person's traces are found however they were typed, and nothing else is touched."""

from __future__ import annotations

import json
import unicodedata
from fnmatch import fnmatchcase

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.folding import fold
from app.core.redaction import ERASED_NAME, Redactor, traces

LUCIE = Redactor(
    traces(["Lucie Pérrin-Noël"], ["lucie@fournil.example"], ["06 12 34 56 78"]),
)
E = ERASED_NAME


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Vu avec Lucie Pérrin-Noël hier.", f"Vu avec {E} hier."),
        ("LUCIE PERRIN NOEL", E),
        ("perrin-noël lucie, boulangère", f"{E}, boulangère"),
        ("Noël Lucie Perrin", E),
        ("Lucie\u00a0Pérrin\u202f-\u202fNoël", E),
        (unicodedata.normalize("NFD", "Lucie Pérrin-Noël."), f"{E}."),
        ("« Lucie Perrin–Noël » et Lucie Perrin Noël", f"« {E} » et {E}"),
        ("Écrire à LUCIE@fournil.example.", f"Écrire à {E}."),
        ("tél. 06.12.34.56.78 ou +33 6 12 34 56 78", f"tél. {E} ou {E}"),
        ("0612345678, +33(0)612345678, 0033 612 34 56 78", f"{E}, {E}, {E}"),
        ("06-12-34\u201156-78", E),
    ],
)
def test_a_trace_is_found(text: str, left: str) -> None:
    assert LUCIE.text(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Lucie, du Fournil",
        "Mme Perrin",
        "Lucie Perrin-Noëlle",
        "annelucie Perrin Noel",
        "chlucie@fournil.example",
        "lucie@fournil.example.org",
        "SIRET 106 12 34 56 78 9",
        "Le 6/12, 34 kg, 56 cartons, 79 €",
        "",
    ],
)
def test_what_is_somebody_elses_stays(text: str) -> None:
    assert LUCIE.text(text) == text


def test_a_single_word_or_a_short_one_is_nobodys_name() -> None:
    for name in ("Accueil", "Le O", "M. Roy", "", "2 3"):
        redactor = Redactor(traces([name], [None], ["12"]))
        assert redactor.text(f"{name} 12") == f"{name} 12"
        assert redactor.likes() == []


def test_a_civility_is_no_part_of_the_name() -> None:
    assert Redactor(traces(["Mme Anne Roy"])).text("Anne Roy") == E


@pytest.mark.parametrize("name", ["Service technique", "écologie industrielle", "Le service Eau"])
def test_what_does_not_look_like_a_name_is_one_only_where_nothing_else_is_said(name: str) -> None:
    redactor = Redactor(traces([name]))
    assert redactor.text(f"Vu avec : {name}.") == f"Vu avec : {name}."
    assert redactor.text(f"{name.upper()} ") == E


@pytest.mark.parametrize(
    "name", ["Jean de La Fontaine", "Maud d’Aubrive", "Jean-paul Roy", "ADA ROY", "محمد علي"]
)
def test_a_name_has_its_particles_and_its_capitals(name: str) -> None:
    assert Redactor(traces([name])).text(f"avec {name}.") == f"avec {E}."


def test_json_is_searched_to_its_last_leaf_and_keeps_its_keys() -> None:
    told = {"a": ["x", {"Lucie Perrin Noel": "lucie@fournil.example"}], "n": 4, "none": None}
    assert LUCIE.value(told) == {"a": ["x", {"Lucie Perrin Noel": E}], "n": 4, "none": None}


def test_what_was_erased_is_no_trace_of_the_next_one() -> None:
    assert traces([E, None, "Ada Roy"]).names == {"Ada Roy"}


WORD = (
    st.text(st.characters(categories=["L"], max_codepoint=0x17F), min_size=3, max_size=9)
    .map(lambda word: word[0].upper() + word[1:])
    .filter(lambda word: not word[0].islower())
)
NAME = st.lists(WORD.filter(lambda word: len(fold(word)) >= 3), min_size=2, max_size=3).map(
    " ".join
)
TEXT = st.text(max_size=30)


def finds(redactor: Redactor, stored: str) -> bool:
    """As LIKE does on the lower-case text."""
    lower = "".join(c.lower() if c.isascii() else c for c in stored).replace("[", "(")
    return any(
        all(fnmatchcase(lower, pattern.replace("%", "*")) for pattern in together)
        for together in redactor.likes()
    )


@given(NAME, TEXT, TEXT)
def test_no_name_is_left_whatever_stands_around_it(name: str, before: str, after: str) -> None:
    redactor = Redactor(traces([name]))
    assume(redactor.likes())
    left = redactor.text(f"{before} {name} {after}")
    assert name not in left
    assert f" {fold(name)} " not in f" {fold(left)} "
    assert ERASED_NAME in left
    assert redactor.text(left) == left


@given(NAME, TEXT, TEXT)
def test_the_database_finds_every_text_that_would_change(
    name: str, before: str, after: str
) -> None:
    redactor = Redactor(traces([name], ["a.b@example.org"], ["+33 6 12 34 56 78"]))
    for text in (f"{before} {name} {after}", f"{before} 06 12 34 56 78", "A.B@Example.org"):
        for stored in (text, json.dumps([text])):
            assert redactor.text(text) == text or finds(redactor, stored)


@given(TEXT)
def test_a_text_without_the_person_stays_as_it_was(text: str) -> None:
    assume("quxorble" not in fold(text))
    assert Redactor(traces(["Zyx Quxorble"])).text(text) == text
