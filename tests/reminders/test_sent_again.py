"""A page sent a second time, after somebody has undone what its first time did."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.plans.kinds import BarrierKind, StepStatus
from app.plans.services.steps import block_step, reopen_step
from tests.cast import Cast
from tests.reminders.answering import Begin, answer_to, mailed, standing, the_morning, words
from tests.reminders.conftest import Mailed

__all__ = ["mailed", "the_morning"]
FURTHER = {"frein": "economic", "mot": "Devis attendu", "nouvelles": "2026-04-27"}
ANSWERED = [
    ("fait", StepStatus.DONE),
    ("coince", StepStatus.BLOCKED),
    ("cours", StepStatus.IN_PROGRESS),
]


def shown(client: FlaskClient, mailed: Mailed) -> str:
    """The version of the step that the page carries along."""
    page = client.get(mailed.answer_path).get_data(as_text=True)
    [version] = set(re.findall(r'name="etat" value="(\d+)"', page))
    return version


@pytest.mark.parametrize(("reponse", "left"), ANSWERED)
def test_an_old_page_does_not_undo_what_was_done_since(
    mailed: Mailed,
    client: FlaskClient,
    session: Session,
    started: Cast,
    change: Begin,
    reponse: str,
    left: StepStatus,
) -> None:
    step, etat = started.step(), shown(client, mailed)
    session.rollback()
    assert answer_to(client, mailed, step, reponse, etat=etat, **FURTHER).status_code == 303
    assert standing(session, step)[0] is left
    change()
    reopen_step(session, step)
    session.commit()
    again = answer_to(client, mailed, step, reponse, etat=etat, **FURTHER)
    assert again.status_code == 422
    assert "a changé entre-temps" in words(again)
    assert standing(session, step)[0] is StepStatus.TODO


@pytest.mark.parametrize(("reponse", "left"), ANSWERED)
def test_a_page_opened_anew_says_it_again(
    mailed: Mailed,
    client: FlaskClient,
    session: Session,
    started: Cast,
    change: Begin,
    reponse: str,
    left: StepStatus,
) -> None:
    step, first = started.step(), shown(client, mailed)
    session.rollback()
    answer_to(client, mailed, step, reponse, etat=first, **FURTHER)
    session.rollback()
    change()
    reopen_step(session, step)
    session.commit()
    anew = shown(client, mailed)
    session.rollback()
    assert anew != first
    assert answer_to(client, mailed, step, reponse, etat=anew, **FURTHER).status_code == 303
    assert standing(session, step)[0] is left


def test_stuck_tapped_twice_stands_once_and_other_words_are_taken(
    mailed: Mailed, client: FlaskClient, session: Session, started: Cast
) -> None:
    step, etat = started.step(), shown(client, mailed)
    session.rollback()
    for _tap in range(2):
        answer = answer_to(client, mailed, step, "coince", etat=etat, **FURTHER)
        assert answer.status_code == 303
        session.rollback()
    assert step.version == int(etat) + 1
    session.rollback()
    answer_to(client, mailed, step, "coince", etat=etat, frein="regulatory", mot="Arrêté attendu")
    assert standing(session, step) == (StepStatus.BLOCKED, date(2026, 4, 17))
    assert (step.barrier, step.barrier_note) == (BarrierKind.REGULATORY, "Arrêté attendu")


def test_another_answer_in_between_does_not_let_the_old_page_speak_again(
    mailed: Mailed, client: FlaskClient, session: Session, started: Cast
) -> None:
    """A phone sends its first page once more, after « ça coince » was followed by « en cours »."""
    step, first = started.step(), shown(client, mailed)
    session.rollback()
    answer_to(client, mailed, step, "coince", etat=first, **FURTHER)
    session.rollback()
    second = shown(client, mailed)
    session.rollback()
    assert answer_to(client, mailed, step, "cours", etat=second, **FURTHER).status_code == 303
    session.rollback()
    again = answer_to(client, mailed, step, "coince", etat=first, **FURTHER)
    assert again.status_code == 422 and "a changé entre-temps" in words(again)
    assert standing(session, step)[0] is StepStatus.IN_PROGRESS


def test_what_somebody_else_said_since_the_page_was_opened_is_not_taken_for_its_own(
    mailed: Mailed, client: FlaskClient, session: Session, started: Cast, change: Begin
) -> None:
    step, first = started.step(), shown(client, mailed)
    session.rollback()
    change()
    block_step(session, step, barrier=BarrierKind.REGULATORY, note=None, today=date(2026, 4, 10))
    session.commit()
    change()
    reopen_step(session, step)
    session.commit()
    assert answer_to(client, mailed, step, "coince", etat=first, **FURTHER).status_code == 303
    assert standing(session, step)[0] is StepStatus.BLOCKED
