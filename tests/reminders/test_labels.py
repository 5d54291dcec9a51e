"""The French of a relance: its date whenever it is read, whom it is told for, and where. Pure."""

from __future__ import annotations

from datetime import date

import pytest

from app.reminders.kinds import Answer, NoticeCode
from app.reminders.labels import Topic, heading, question
from app.reminders.words import (
    noticed,
    who_writes,
)

DUE = date(2027, 1, 4)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2027, 1, 2), "Peser : c’est le 4 janvier, où en êtes-vous ?"),
        (date(2027, 1, 3), "Peser : c’est demain 4 janvier, où en êtes-vous ?"),
        (date(2027, 1, 4), "Peser : c’est aujourd’hui 4 janvier, où en êtes-vous ?"),
        (date(2027, 1, 9), "Peser (4 janvier) : où en êtes-vous ?"),
        (date(2028, 1, 9), "Peser (4 janvier 2027) : où en êtes-vous ?"),
    ],
)
def test_a_subject_keeps_its_date_whenever_it_is_read(today: date, said: str) -> None:
    assert plain(heading(Topic("Peser", DUE, is_first=False), today)) == said


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 12, 30), "C’est pour le lundi 4 janvier 2027 : où en êtes-vous ?"),
        (date(2027, 1, 3), "C’est pour demain, lundi 4 janvier : où en êtes-vous ?"),
        (date(2027, 1, 9), "Où en êtes-vous ?"),
    ],
)
def test_so_does_the_question_above_the_buttons(today: date, said: str) -> None:
    assert plain(question((Answer.DONE,), DUE, today)) == said


def test_who_stands_in_is_told_so_at_once() -> None:
    said = plain(who_writes("Anne Vasseur", "Val d’Aubrive", ["Odile Roy", "Lucie Perrin"]))
    assert said.endswith("avec vous, en l’absence d’Odile Roy et de Lucie Perrin.")


@pytest.mark.parametrize("code", [NoticeCode.BLOCKED, NoticeCode.UNANSWERED])
def test_a_line_about_a_step_names_its_project(code: NoticeCode) -> None:
    said = plain(noticed(code, "Peser", "Invendus", date(2026, 4, 1), DUE))
    assert "« Peser »" in said and "(projet « Invendus »)" in said and "avril 2026" in said


def test_a_line_about_a_project_names_it_once() -> None:
    said = noticed(NoticeCode.SILENT, "Invendus", "Invendus", date(2026, 4, 1), DUE)
    assert said.count("Invendus") == 1
