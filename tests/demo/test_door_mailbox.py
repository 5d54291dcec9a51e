"""The visitor lets the day’s mail leave, opens the baker’s, and her links lead into the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.reminders.models import RelanceSetting
from app.web.database import db
from tests.cast import BEGINNING, NOW, Cast
from tests.conftest import make_app

# a Friday, a week before the baker's step is due
FRIDAY = datetime(2026, 4, 10, 9, tzinfo=UTC)
SUNDAY = datetime(2026, 4, 12, 9, tzinfo=UTC)


@pytest.fixture
def demo_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    made = make_app(database_url, tmp_path, demo=True)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def visitor(demo_app: Flask, session: Session, cast: Cast) -> FlaskClient:
    acting(session, None, Via.COMMAND, NOW)
    cast.territory().is_demo = True
    session.add(
        RelanceSetting(
            territory_id=cast.territory().id,
            started_at=BEGINNING,
            started_by_id=cast.person("Anne").id,
        )
    )
    session.commit()
    return demo_app.test_client()


def _let_it_leave(visitor: FlaskClient, at: datetime = FRIDAY) -> str:
    with time_machine.travel(at, tick=False):
        return visitor.post("/demo/boite", follow_redirects=True).text


def _address_of(page: str, name: str) -> str:
    return re.findall(rf'href="(/demo/boite/[^"]+)"[^>]*><span class="mails__to">{name}', page)[0]


def test_the_mailbox_begins_empty_and_says_what_to_do(visitor: FlaskClient) -> None:
    assert "La boîte est vide" in visitor.get("/demo/boite").text


def test_looking_sends_nothing(visitor: FlaskClient, tmp_path: Path) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        visitor.get("/demo/boite")
    assert not (tmp_path / "mailbox").exists()


def test_the_days_mail_arrives_once(visitor: FlaskClient) -> None:
    page = _let_it_leave(visitor)
    assert "courriel arrivé" in page or "courriels arrivés" in page
    assert "Lucie Perrin – Le Fournil" in page
    again = _let_it_leave(visitor)
    assert "déjà parti" in again
    assert again.count("mails__subject") == page.count("mails__subject")


def test_a_visit_on_a_sunday_finds_fridays_mail(visitor: FlaskClient) -> None:
    assert "Lucie Perrin" in _let_it_leave(visitor, SUNDAY)


def test_the_bakers_links_lead_into_the_site(visitor: FlaskClient) -> None:
    page = _let_it_leave(visitor)
    with time_machine.travel(FRIDAY, tick=False):
        mail = visitor.get(_address_of(page, "Lucie")).text
        assert "Peser les invendus" in mail
        assert "style=" not in mail[mail.index("mail__body") :]
        link = re.findall(r'class="button[^"]*" href="(/r/[^"]+)"', mail)[0]
        assert visitor.get(link.replace("&amp;", "&")).status_code == 200


def test_one_persons_mailbox_holds_their_mail_alone(visitor: FlaskClient) -> None:
    _let_it_leave(visitor)
    page = visitor.get("/demo/boite?a=lucie@example.org").text
    assert "La boîte de\u00a0Lucie Perrin – Le Fournil" in page
    assert page.count("mails__subject") == 1
    assert "La boîte est vide" in visitor.get("/demo/boite?a=nobody@example.org").text
