"""Linking one’s account to an identity by hand, and parting with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import ExternalIdentity, SignIn
from app.accounts.sessions import open_session
from app.core import clock
from tests.accounts.entering import PASSWORD, is_in
from tests.accounts.oidc.going import (
    address_of,
    sign_in,
    visit,
)
from tests.accounts.test_second_factor import events
from tests.cast import Cast
from tests.parts.identity_provider import IdentityProvider

UNKNOWN = "Nous ne vous reconnaissons pas encore"
LOST = "Ce retour ne sert plus"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sign_ins(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(SignIn.id))) or 0


def linked(session: Session) -> list[tuple[int, str]]:
    session.rollback()
    rows = session.execute(
        select(ExternalIdentity.person_id, ExternalIdentity.subject).where(
            ExternalIdentity.unlinked_at.is_(None)
        )
    )
    return [(row.person_id, row.subject) for row in rows]


def enter_as(app: Flask, session: Session, person_id: int, *, ago: int = 0) -> FlaskClient:
    opened = clock.now() - timedelta(minutes=ago)
    key = open_session(session, person_id=person_id, browser="tests", now=opened)
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = key
    return client


def link(client: FlaskClient, **form: str) -> str | None:
    answer = client.post("/compte/fournisseur", data=form)
    if answer.status_code == 303:
        return answer.location
    return client.get(visit(address_of(answer))).location


def test_an_account_is_linked_by_who_is_signed_in_whatever_the_address(
    app: Flask, provider: IdentityProvider, session: Session, lucie: int
) -> None:
    provider.who = {"sub": "lp", "email": "elsewhere@example.org", "email_verified": False}
    client = enter_as(app, session, lucie)
    assert "Associer" in client.get("/compte").text
    assert link(client) == "/compte#fournisseur"
    assert linked(session) == [(lucie, "lp")]
    assert "Associé depuis" in client.get("/compte").text
    assert events(session) == ["identity_linked"]
    other = app.test_client()
    sign_in(other)
    assert is_in(other)


def test_and_parted_with_again(
    app: Flask, provider: IdentityProvider, session: Session, lucie: int
) -> None:
    client = enter_as(app, session, lucie)
    link(client)
    assert client.post("/compte/fournisseur/retirer").location == "/compte#fournisseur"
    assert linked(session) == []
    assert "Associer" in client.get("/compte").text
    assert events(session) == ["identity_linked", "identity_unlinked"]
    # and it stays so: the address alone does not link it again
    assert UNKNOWN in sign_in(app.test_client()).text
    # by hand it is linked anew
    link(client)
    assert linked(session) == [(lucie, "lucie-1")]


def test_what_somebody_parted_with_may_be_linked_by_another(
    app: Flask, session: Session, cast: Cast, lucie: int
) -> None:
    client = enter_as(app, session, lucie)
    link(client)
    client.post("/compte/fournisseur/retirer")
    marc = cast.person("Marc").id
    session.rollback()
    link(enter_as(app, session, marc))
    assert linked(session) == [(marc, "lucie-1")]


def test_who_has_no_other_way_in_does_not_part_with_it(
    app: Flask, session: Session, cast: Cast, lucie: int
) -> None:
    client = enter_as(app, session, lucie)
    link(client)
    person = cast.person("Lucie")
    person.password_hash = person.email = None
    session.commit()
    client.post("/compte/fournisseur/retirer")
    assert "seule façon d’entrer" in client.get("/compte").text
    assert linked(session) == [(lucie, "lucie-1")]


def test_an_identity_that_is_somebodys_is_not_linked_to_another(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, lucie: int
) -> None:
    sign_in(client)
    session.rollback()
    marc = enter_as(app, session, cast.person("Marc").id)
    assert link(marc) == "/compte#fournisseur"
    assert "ne peut pas être associée" in marc.get("/compte").text
    assert linked(session) == [(lucie, "lucie-1")]


def test_a_session_of_long_ago_is_asked_for_the_password_first(
    app: Flask, session: Session, lucie: int
) -> None:
    client = enter_as(app, session, lucie, ago=31)
    assert link(client, current="x") == "/compte#fournisseur"
    assert linked(session) == []
    link(client, current=PASSWORD)
    assert linked(session) == [(lucie, "lucie-1")]


def test_the_way_back_links_nothing_once_somebody_else_is_signed_in(
    app: Flask, session: Session, cast: Cast, lucie: int
) -> None:
    client = enter_as(app, session, lucie)
    back = visit(address_of(client.post("/compte/fournisseur")))
    key = open_session(session, person_id=cast.person("Marc").id, browser=None, now=clock.now())
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = key
    assert LOST in client.get(back).text
    assert linked(session) == []
