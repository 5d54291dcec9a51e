"""What changed between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.logbook.differences import MOST_WORDS, difference

texts = st.text(alphabet="ab é\n’", max_size=60)


@given(before=texts, after=texts)
def test_a_difference_holds_both_texts_whole(before: str, after: str) -> None:
    parts = difference(before, after)
    assert "".join(part.text for part in parts if part.mark != "ins") == before
    assert "".join(part.text for part in parts if part.mark != "del") == after


def test_what_stays_is_not_marked() -> None:
    parts = difference("Peser le pain le soir", "Peser le pain chaque soir")
    assert [(part.mark, part.text) for part in parts] == [
        ("", "Peser le pain "),
        ("del", "le"),
        ("ins", "chaque"),
        ("", " soir"),
    ]


def test_two_long_texts_stand_one_after_the_other() -> None:
    before, after = "a " * MOST_WORDS, "b " * MOST_WORDS
    assert [(one.mark, one.text) for one in difference(before, after)] == [
        ("del", before),
        ("ins", after),
    ]
