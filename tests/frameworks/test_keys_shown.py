"""Every key of a node is on its page: in its heading line, or among the further ones."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.frameworks.format.vocabulary import known_key
from app.frameworks.labels.keys import KEY_WORDS, further_keys
from tests.frameworks.samples import node, only, read_text

SIMPLE = st.text("abcdefghij", min_size=1, max_size=8)
NAMES = st.sampled_from(sorted(KEY_WORDS)) | SIMPLE
VALUES = st.sampled_from(["", "3", "12,5", "20 %", "oui", "bases"]) | SIMPLE


@given(st.dictionaries(NAMES.filter(lambda name: name not in ("id", "identifiant")), VALUES))
def test_no_key_of_a_node_is_hidden(keys: dict[str, str]) -> None:
    written = "".join(f"{key}: {value}\n" for key, value in keys.items())
    found = only(read_text(node("7", more=written)))
    listed = {one.key: one.value for one in further_keys(found)}
    for key, value in found.keys.items():
        in_line = (
            key == "id"
            or (key == "points" and found.points is not None)
            or (key == "pourcentage" and found.points is None and found.percentage is not None)
            or (key == "categorie" and found.category is not None)
        )
        assert in_line != (key in listed)
        assert in_line or listed[key] == value.strip()


def test_weights_that_lost_and_ids_that_changed_are_told_as_written() -> None:
    both = only(read_text(node("7", more="points: 4\npourcentage: 30\n")))
    assert (both.points, both.percentage) == (Decimal(4), Decimal(30))
    assert [tuple(one) for one in further_keys(both)] == [
        ("pourcentage", "Pourcentage, tel qu’écrit", "30")
    ]
    two = only(read_text(node("7", more="identifiant: '8'\n")))
    assert two.id == "8"
    assert [(one.key, one.value) for one in further_keys(two)] == [("id", "7")]


def test_every_key_that_has_words_is_one_that_the_format_knows() -> None:
    assert [key for key in KEY_WORDS if known_key(key) != key] == []
