"""What an answer from a mail comes down to."""

from __future__ import annotations

from typing import Any

import pytest

from app.reports.kinds import Word
from app.reports.words import word_of


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"status": ["todo", "done"]}, Word.DONE),
        ({"status": ["todo", "blocked"], "barrier": [None, "economic"]}, Word.STUCK),
        ({"status": ["todo", "in_progress"], "news_on": [None, "2026-05-04"]}, Word.UNDER_WAY),
        ({"due_on": ["2026-04-17", "2026-05-04"]}, Word.NEW_DATE),
        ({"status": ["todo", "blocked"], "due_on": ["2026-04-17", "2026-05-04"]}, Word.STUCK),
        ({"news_on": [None, "2026-05-04"]}, Word.UNDER_WAY),
        ({"status": ["done", "todo"]}, None),
        ({"title": ["A", "B"]}, None),
        ({"due_on": ["2026-04-17", None]}, None),
    ],
)
def test_the_changed_fields_say_what_was_answered(
    fields: dict[str, list[Any]], word: Word | None
) -> None:
    assert word_of(fields) is word
