"""Signing in by password, and out."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.hashing import hash_password, is_outdated
from app.accounts.models import SignIn, SignInFailure
from app.accounts.routes.sign_in import way_on
from app.factory import create_app
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.web.database import db
from config import Settings
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

PASSWORD = "Quatre pains, deux brioches 7"
WRONG = "Quatre pains, une brioche 7"
REFUSED = "L’adresse ou le mot de passe ne convient pas."
THROTTLED = "Trop d’essais."
OLDER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@functools.cache
def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def lucie(session: Session, cast: Cast) -> str:
    """Lucie's address, now that she has a password."""
    person = cast.person("Lucie")
    person.password_hash = hashed()
    session.commit()
    return "lucie@example.org"


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **at: str) -> TestResponse:
    return client.post(
        "/connexion",
        query_string={"next": at["next"]} if "next" in at else None,
        data={"email": email, "password": password},
        environ_overrides={"REMOTE_ADDR": at.get("address", "203.0.113.7")},
    )


def bare(answer: TestResponse, email: str) -> str:
    """The page without the address that was typed and the form's token."""
    return re.sub(r'value="[^"]*"', "", answer.text.replace(email, "…"))


def test_the_right_password_opens_a_session_that_lasts(client: FlaskClient, lucie: str) -> None:
    answer = sign_in(client, lucie)
    assert (answer.status_code, answer.location) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


def test_over_https_the_cookie_is_secure_and_this_hosts_alone(
    app: Flask, tmp_path: Path, lucie: str
) -> None:
    plain: Settings = app.extensions["maillage_settings"]
    safe = create_app(replace(plain, base_url="https://localhost"))
    safe.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    visitor = safe.test_client()
    answer = visitor.post(
        "/connexion", data={"email": lucie, "password": PASSWORD}, base_url="https://localhost"
    )
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-maillage=")
    # what the prefix __Host- wants: Secure, Path=/, no Domain
    parts = {part.strip() for part in cookie.split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert "domain" not in cookie.lower()
    with safe.app_context():
        db.engine.dispose()


def test_a_hash_is_worked_out_whether_or_not_there_is_an_account(
    client: FlaskClient, lucie: str, monkeypatch: pytest.MonkeyPatch, queries: QueryCount
) -> None:
    """The same work, so the same time: counted, not timed."""
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, hash: str, password: str) -> bool:  # noqa: A002  its name
        verified.append(hash.split("$")[3])
        return bool(verify(self, hash, password))

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    work = []
    for email in (lucie, "anne@example.org", "nobody@example.org"):
        verified.clear()
        queries.reset()
        sign_in(client, email, WRONG)
        work.append((tuple(verified), len(queries)))
    assert len(work[0][0]) == 1
    assert len(set(work)) == 1


def test_capitals_and_spaces_around_the_address_are_forgiven(
    client: FlaskClient, lucie: str
) -> None:
    assert sign_in(client, f"  {lucie.title()} ").status_code == 303


def test_the_cookie_holds_a_key_whose_hash_alone_is_stored(
    client: FlaskClient, lucie: str, session: Session
) -> None:
    sign_in(client, lucie)
    with client.session_transaction() as cookie:
        key = cookie["_user_id"]
        assert "email" not in str(dict(cookie))
    stored = session.scalars(select(SignIn.key_hash)).all()
    assert len(stored) == 1
    assert key not in stored


def test_what_the_cookie_held_before_is_gone_after_signing_in(
    client: FlaskClient, lucie: str
) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    sign_in(client, lucie)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/compte?x=1", "/compte?x=1"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_on_leads_to_own_pages_only(
    client: FlaskClient, lucie: str, wanted: str, reached: str
) -> None:
    assert sign_in(client, lucie, next=wanted).location == reached


@given(st.text(st.sampled_from("/\\:@.?#%\t\r\n \x00abhttps"), max_size=9) | st.text(max_size=9))
@example("/\t\\elsewhere.example")
def test_the_way_on_is_of_this_site_as_browsers_read_it(wanted: str) -> None:
    """Browsers drop tabs and line breaks, and read a backslash as a slash."""
    read = "".join(c for c in way_on(wanted).strip() if c not in "\t\r\n").replace("\\", "/")
    assert read.startswith("/")
    assert not read.startswith("//")


def test_the_page_carries_the_way_on_into_its_form(client: FlaskClient) -> None:
    page = client.get("/connexion?next=/compte").text
    assert 'action="/connexion?next=/compte"' in page


@pytest.mark.parametrize("email", ["lucie@example.org", "anne@example.org", "nobody@example.org"])
def test_wrong_password_no_password_and_no_account_answer_alike(
    client: FlaskClient, lucie: str, email: str
) -> None:
    answer = sign_in(client, email, WRONG)
    assert answer.status_code == 422
    assert REFUSED in answer.text
    known = sign_in(client, lucie, WRONG)
    assert bare(answer, email) == bare(known, lucie)


def test_a_person_who_was_anonymised_does_not_sign_in(
    client: FlaskClient, lucie: str, session: Session, cast: Cast
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    cast.person("Lucie").anonymised_at = NOW
    session.commit()
    assert REFUSED in sign_in(client, lucie).text


def test_an_empty_form_says_what_is_missing(client: FlaskClient) -> None:
    answer = client.post("/connexion", data={"email": "lucie", "password": ""})
    assert answer.status_code == 422
    assert "Cette adresse est incomplète" in answer.text
    assert "Indiquez votre mot de passe" in answer.text


def test_five_failures_close_an_account_for_a_quarter_of_an_hour(
    client: FlaskClient, lucie: str
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            assert REFUSED in sign_in(client, lucie, WRONG).text
        refused = sign_in(client, lucie)
        assert refused.status_code == 429
        assert THROTTLED in refused.text
        clock.shift(timedelta(minutes=15))
        assert sign_in(client, lucie).status_code == 303


def test_an_unknown_account_is_throttled_alike(client: FlaskClient) -> None:
    for _ in range(5):
        sign_in(client, "nobody@example.org")
    assert sign_in(client, "nobody@example.org").status_code == 429


def test_trying_on_does_not_close_an_account_for_longer(client: FlaskClient, lucie: str) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            sign_in(client, lucie, WRONG)
        clock.shift(timedelta(minutes=14))
        assert sign_in(client, lucie).status_code == 429
        clock.shift(timedelta(minutes=1))
        assert sign_in(client, lucie).status_code == 303


def test_the_right_password_ends_the_count(client: FlaskClient, lucie: str) -> None:
    for _ in range(4):
        sign_in(client, lucie, WRONG)
    assert sign_in(client, lucie).status_code == 303
    assert REFUSED in sign_in(client.application.test_client(), lucie, WRONG).text


def test_thirty_failures_close_an_address_whatever_the_accounts(
    client: FlaskClient, lucie: str, session: Session
) -> None:
    session.add_all(SignInFailure(subject="address:203.0.113.7", at=NOW) for _ in range(30))
    session.commit()
    with time_machine.travel(NOW, tick=False):
        assert sign_in(client, lucie).status_code == 429
        assert sign_in(client, lucie, address="203.0.113.8").status_code == 303


def test_an_ipv6_subscriber_is_one_address(client: FlaskClient, session: Session) -> None:
    sign_in(client, "a@example.org", address="2001:db8:1:2::a")
    sign_in(client, "b@example.org", address="2001:db8:1:2:ffff::b")
    counted = session.execute(
        select(SignInFailure.subject, func.count())
        .where(SignInFailure.subject.startswith("address:"))
        .group_by(SignInFailure.subject)
    ).all()
    assert [tuple(row) for row in counted] == [("address:2001:db8:1:2::/64", 2)]


def test_failures_are_kept_a_day_and_name_nobody(client: FlaskClient, session: Session) -> None:
    session.add(SignInFailure(subject="old", at=NOW - timedelta(hours=25)))
    session.commit()
    with time_machine.travel(NOW, tick=False):
        sign_in(client, "nobody@example.org")
    subjects = session.scalars(select(SignInFailure.subject)).all()
    assert len(subjects) == 2
    assert "nobody" not in str(subjects)


def test_a_password_stored_by_older_parameters_is_hashed_again(
    client: FlaskClient, lucie: str, session: Session, cast: Cast
) -> None:
    cast.person("Lucie").password_hash = OLDER.hash(PASSWORD)
    session.commit()
    assert sign_in(client, lucie).status_code == 303
    session.expire_all()
    assert not is_outdated(str(cast.person("Lucie").password_hash))


def test_who_is_signed_in_goes_on_at_once(as_: Callable[[str], FlaskClient]) -> None:
    assert as_("Lucie").get("/connexion?next=/compte").location == "/compte"


def test_signing_out_closes_the_session_on_the_server(
    as_: Callable[[str], FlaskClient], session: Session
) -> None:
    client = as_("Lucie")
    assert client.post("/deconnexion").location == "/connexion"
    closed = session.scalars(select(SignIn)).one().closed_at
    assert closed is not None
    assert client.get("/connexion").status_code == 200


def test_signing_out_again_is_harmless_and_a_link_does_not_sign_out(client: FlaskClient) -> None:
    assert client.post("/deconnexion").status_code == 303
    assert client.get("/deconnexion").status_code == 405
