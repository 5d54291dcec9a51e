"""A title that gives a firm away is not shown to an assembly."""

from __future__ import annotations

import pytest

from app.reports.naming import names_one_of


@pytest.mark.parametrize(
    "title",
    ["Invendus du Fournil", "Chaleur pour LE FOURNIL", "Du fournil à l’étable"],
)
def test_a_telling_word_of_a_name_gives_it_away(title: str) -> None:
    assert names_one_of(title, ["Le Fournil"])


def test_small_words_point_at_nobody() -> None:
    assert not names_one_of("Le bois de la zone", ["Les Bois de la Sorne", "SA Le Bel"])


def test_without_names_every_title_may_be_shown() -> None:
    assert not names_one_of("Invendus du Fournil", [])
