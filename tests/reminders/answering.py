"""What the tests of the answer page share: the morning of the mail, its page, an answer to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Person
from app.plans.kinds import StepStatus
from app.plans.models import Step
from tests.cast import Cast, colleague
from tests.reminders.conftest import WEEK_BEFORE, Mailed, at

MailTo = Callable[[str, date], Mailed]
Begin = Callable[[], None]
Give = Callable[..., TestResponse]
DUE = "2026-04-17"


@pytest.fixture(autouse=True)
def the_morning() -> Iterator[None]:
    """The mail is read on the day it is sent."""
    with time_machine.travel(at(WEEK_BEFORE), tick=False):
        yield


@pytest.fixture
def mailed(mail_to: MailTo) -> Mailed:
    return mail_to("Lucie", WEEK_BEFORE)


@pytest.fixture
def nadia(session: Session, started: Cast) -> Person:
    """Lucie's colleague at Le Fournil."""
    person = colleague(session, started).person
    session.commit()
    return person


@pytest.fixture
def give(client: FlaskClient, mailed: Mailed, started: Cast) -> Give:
    """`give("cours", nouvelles=…)`: one answer to Lucie's step."""
    public_id = started.step().public_id

    def given(reponse: str, **fields: str) -> TestResponse:
        # nothing is read here: the test’s session would keep what stood before the answer
        return _post(client, mailed, public_id, reponse, fields)

    return given


def answer_to(
    client: FlaskClient, mailed: Mailed, step: Step, reponse: str, **fields: str
) -> TestResponse:
    """An answer to any step, from the page behind a mail."""
    return _post(client, mailed, step.public_id, reponse, fields)


def _post(
    client: FlaskClient, mailed: Mailed, step: str, reponse: str, fields: dict[str, str]
) -> TestResponse:
    form = {"etape": step, "vue": DUE, "reponse": reponse, **fields}
    return client.post(mailed.answer_path, data=form)


def words(response: TestResponse) -> str:
    """What a page says, with plain spaces."""
    text = unescape(response.get_data(as_text=True))
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def standing(session: Session, step: Step) -> tuple[StepStatus, date | None]:
    session.rollback()
    session.refresh(step)
    return step.status, step.due_on
