"""Whom a message speaks to: names behind an @, forgiven their accents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.plans.addressing import named_in

PEOPLE = [(1, "Lucie Perrin"), (2, "Marc Weber"), (3, "Marc Keller"), (4, "Jean-Noël Fève")]


def test_a_whole_name_or_the_only_first_name_is_found() -> None:
    assert named_in("@Lucie Perrin, d’accord ?", PEOPLE).ids == [1]
    assert named_in("Merci @lucie !", PEOPLE).ids == [1]
    assert named_in("(@jean-noel feve) et @Marc Keller", PEOPLE).ids == [4, 3]


def test_two_of_that_name_or_none_are_told_and_nobody_is_guessed() -> None:
    found = named_in("@Marc, @Paul : à vous", PEOPLE)
    assert found.ids == []
    assert found.unknown == ["Marc", "Paul"]


def test_a_longer_word_is_no_name_and_an_address_speaks_to_nobody() -> None:
    assert named_in("@lucienne", PEOPLE).ids == []
    assert named_in("ecrire a contact@lucie.example.org", PEOPLE) == ([], [])


@given(st.text(max_size=200))
def test_whatever_is_typed_names_people_that_exist(text: str) -> None:
    found = named_in(text, PEOPLE)
    assert set(found.ids) <= {1, 2, 3, 4}
    assert len(found.ids) == len(set(found.ids))
