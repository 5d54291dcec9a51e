"""French sets its signs apart, and never alone on a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.french import spaced


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Où en êtes-vous ?", "Où en êtes-vous\u202f?"),
        ("Clore : c’est fait !", "Clore\u00a0: c’est fait\u202f!"),
        ("« Fait » ; puis", "«\u00a0Fait\u00a0»\u202f; puis"),
        ("à 8:30, déjà espacé\u202f?", "à 8:30, déjà espacé\u202f?"),
    ],
)
def test_signs_keep_their_space(typed: str, printed: str) -> None:
    assert spaced(typed) == printed


@given(st.text())
def test_spacing_changes_nothing_but_spaces_and_is_done_once(text: str) -> None:
    assert spaced(spaced(text)) == spaced(text)
    assert spaced(text).replace("\u00a0", " ").replace("\u202f", " ") == text.replace(
        "\u00a0", " "
    ).replace("\u202f", " ")
