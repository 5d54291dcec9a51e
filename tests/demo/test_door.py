"""The demonstration's door opens to invented people alone, and in the demonstration alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import TerritoryRole
from app.factory import create_app
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.web.database import db
from config import Smtp
from tests.cast import NOW, Cast
from tests.conftest import make_app, settings_for


@pytest.fixture
def demo_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    made = make_app(database_url, tmp_path, demo=True)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def visitor(demo_app: Flask, session: Session, cast: Cast) -> FlaskClient:
    """A visitor of an installation whose Val is invented, and whose Sorne is real."""
    acting(session, None, Via.COMMAND, NOW)
    cast.territory().is_demo = True
    for name in ("Anne", "Lucie", "Karim", "Paul", "Odile"):
        cast.person(name).password_hash = "x"
    session.commit()
    return demo_app.test_client()


def enter(visitor: FlaskClient, cast: Cast, who: str) -> int:
    person = cast.person(who).public_id
    return visitor.post("/demo/entrer", data={"person": person}).status_code


def test_a_visitor_becomes_one_of_the_invented_people(visitor: FlaskClient, cast: Cast) -> None:
    assert enter(visitor, cast, "Lucie") == 303
    page = visitor.get("/aujourdhui").text
    assert "Lucie Perrin" in page and "Peser les invendus" in page


def test_and_then_another_one(visitor: FlaskClient, cast: Cast) -> None:
    enter(visitor, cast, "Lucie")
    enter(visitor, cast, "Anne")
    assert "À appeler" in visitor.get("/aujourdhui").text


@pytest.mark.parametrize("who", ["Paul", "Karim", "Odile"])
def test_nobody_with_a_foot_in_a_real_territory_is_lent(
    visitor: FlaskClient, cast: Cast, who: str
) -> None:
    assert enter(visitor, cast, who) == 404
    assert visitor.get("/aujourdhui").status_code == 303


def test_a_role_in_a_real_territory_closes_the_door_too(
    visitor: FlaskClient, session: Session, cast: Cast
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    session.add(
        TerritoryRole(
            person_id=cast.person("Lucie").id,
            territory_id=cast.territory("Plaine de Sorne").id,
            role=TerritoryRoleKind.OBSERVER,
            started_on=NOW.date(),
        )
    )
    session.commit()
    assert enter(visitor, cast, "Lucie") == 404


def test_unknown_people_are_not_found(visitor: FlaskClient) -> None:
    assert visitor.post("/demo/entrer", data={"person": "nobody"}).status_code == 404
    assert visitor.post("/demo/entrer").status_code == 404


def test_the_home_page_offers_accounts_and_a_way_to_go(visitor: FlaskClient, cast: Cast) -> None:
    page = visitor.get("/").text
    assert "Visiter en trois minutes" in page
    assert page.count('action="/demo/entrer"') == 2
    assert cast.person("Anne").public_id in page and cast.person("Lucie").public_id in page
    assert cast.person("Paul").public_id not in page


def test_the_banner_leads_to_the_mailbox_and_to_other_people(visitor: FlaskClient) -> None:
    page = visitor.get("/").text
    assert 'href="/demo/boite"' in page and 'href="/demo/personnes"' in page
    assert "Entrer comme Lucie" in visitor.get("/demo/personnes").text


def test_outside_the_demonstration_there_is_no_door(client: FlaskClient, cast: Cast) -> None:
    person = cast.person("Lucie").public_id
    assert client.post("/demo/entrer", data={"person": person}).status_code == 404
    assert client.post("/demo/boite").status_code == 404
    for path in ("/demo/personnes", "/demo/boite", "/demo/boite/abcdefghjk"):
        assert client.get(path).status_code == 404
    home = client.get("/").text
    assert "/demo/" not in home and "Se connecter" in home


def test_with_a_relay_there_is_no_mailbox(database_url: str, tmp_path: Path) -> None:
    settings = replace(
        settings_for(database_url, tmp_path, demo=True), smtp=Smtp("localhost", 2525)
    )
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    visitor = app.test_client()
    assert visitor.get("/demo/boite").status_code == 404
    assert visitor.post("/demo/boite").status_code == 404
    assert "/demo/boite" not in visitor.get("/demo/personnes").text
    with app.app_context():
        db.engine.dispose()


def test_an_unknown_mail_is_not_found(visitor: FlaskClient) -> None:
    for name in ("abcdefghjk", "..%2f..%2fmaillage.sqlite3"):
        assert visitor.get(f"/demo/boite/{name}").status_code == 404
