"""« fait »: one mail with the usual page, where a tap makes it so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.inbox.mails import letter
from app.outbox.message import Letter, Skip, build
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.plans.services.steps import complete_step
from tests.cast import TODAY, Cast
from tests.inbox.conftest import CAME_AT, Take, reply
from tests.reminders.conftest import WEEK_BEFORE

Sent = Callable[..., Mail]


@pytest.fixture(autouse=True)
def _when_it_came() -> Iterator[None]:
    """A mail’s link answers for half a year."""
    with travel(CAME_AT, tick=False):
        yield


@pytest.fixture
def proposed(
    app: Flask, session: Session, sent: Sent, take: Take
) -> Callable[[str], Letter | Skip]:
    """`proposed(text)`: the letter that answers a reply of Lucie's."""

    def written(text: str) -> Letter | Skip:
        take(reply(sent("Lucie", WEEK_BEFORE).public_id, text))
        session.rollback()
        mail = session.scalars(select(Mail).where(Mail.kind == "proposal")).one()
        return letter(app.extensions["maillage_links"], session, mail, CAME_AT)

    return written


def path_in(answer: Letter | Skip) -> str:
    assert isinstance(answer, Letter)
    found = re.search(r"http://localhost(/r/\S+)", answer.text)
    assert found
    return found[1]


def test_its_link_shows_the_answer_and_a_tap_gives_it(
    session: Session, cast: Cast, client: FlaskClient, proposed: Callable[[str], Letter]
) -> None:
    answer = proposed("fait")
    assert "«\u00a0C’est fait\u00a0»" in answer.text
    raw = build(
        answer,
        sender="maillage@example.org",
        to="lucie@example.org",
        public_id="abc",
        written_at=CAME_AT,
    )
    assert b"\r\nIn-Reply-To: <1@mail.example.org>\r\n" in raw
    path = path_in(answer)
    page = client.get(path).text
    assert "Touchez pour confirmer" in page
    session.rollback()
    assert cast.step().status is StepStatus.TODO
    form = {"etape": cast.step().public_id, "reponse": "fait", "vue": "2026-04-17"}
    session.rollback()
    assert client.post(path.partition("?")[0], data=form).status_code == 303
    session.rollback()
    assert cast.step().status is StepStatus.DONE


def test_another_day_stands_in_its_field(
    client: FlaskClient, proposed: Callable[[str], Letter]
) -> None:
    answer = proposed("reporté au 12 mai 2027")
    assert "reporté au mercredi 12\u00a0mai" in answer.text
    assert 'value="2027-05-12"' in client.get(path_in(answer)).text


def test_nothing_is_asked_about_a_step_that_is_done(
    app: Flask,
    session: Session,
    cast: Cast,
    proposed: Callable[[str], Letter | Skip],
    change: Callable[[], None],
) -> None:
    assert isinstance(proposed("fait"), Letter)
    session.rollback()
    change()
    complete_step(session, cast.step(), today=TODAY)
    session.commit()
    mail = session.scalars(select(Mail).where(Mail.kind == "proposal")).one()
    links = app.extensions["maillage_links"]
    assert letter(links, session, mail, CAME_AT) == Skip("answered")
