"""What a first line proposes, and what it does not."""

from __future__ import annotations

from datetime import date

import pytest

from app.inbox.sayings import Proposal, proposed
from app.reminders.kinds import Answer

TODAY = date(2026, 4, 7)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("fait", Answer.DONE),
        ("C’est fait !", Answer.DONE),
        ("Bonjour Anne,\n\nC'est fait, merci.\nLucie", Answer.DONE),
        ("Bonjour, c’est fait", Answer.DONE),
        ("Oui c'est fait", Answer.DONE),
        ("TERMINÉ", Answer.DONE),
        ("ok", Answer.AGREED),
        ("Ok pour moi.", Answer.AGREED),
        ("d’accord, bonne journée", Answer.AGREED),
        ("bloqué", Answer.STUCK),
        ("Ça coince", Answer.STUCK),
        ("Ce n’est pas moi", Answer.NOT_ME),
    ],
)
def test_a_word_stands_for_an_answer(text: str, answer: Answer) -> None:
    assert proposed(text, TODAY) == Proposal(answer)


@pytest.mark.parametrize(
    "text",
    [
        "Reporté au 12 mai",
        "repoussé au 12/05/2026.",
        "décalé au 12 mai, merci",
        "reporté au 12 mai 2026",
    ],
)
def test_another_day_is_read(text: str) -> None:
    assert proposed(text, TODAY) == Proposal(Answer.NEW_DATE, date(2026, 5, 12))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bonjour,",
        "fait ?",
        "pas fait",
        "Ce n’est pas encore fait",
        "fait attention à la balance",
        "Merci de me rappeler.",
        "reporté au 12 mai 2020",
        "reporté à une autre fois",
        "Merci.\nfait",
        "ok mais pas avant juin",
    ],
)
def test_a_line_that_says_more_or_less_proposes_nothing(text: str) -> None:
    assert proposed(text, TODAY) is None
