"""Every answer carries what keeps a browser from being turned against its user."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.factory import create_app
from app.outbox.jobs import deliver
from app.web import assets
from app.web.database import db
from app.web.headers import POLICY
from tests.access.matrix import Line, read
from tests.access.rows import prepare
from tests.cast import Cast
from tests.conftest import make_app, settings_for

As = Callable[[str], FlaskClient]
GETS = [line for line in read() if line.method == "GET"]
TOKEN_PAGES = [line for line in GETS if "_link}" in line.address]
# the attributes that htmx gives are instructions, none of which holds a script
INLINE = re.compile(r"^(on\w+|style|hx-on.*|srcdoc)$")
LEADS = {"href", "src", "action", "formaction", "hx-get", "hx-post"}


@pytest.fixture
def engine_name() -> str:
    """Headers do not depend on the engine."""
    return "sqlite"


@pytest.fixture
def rows(app: Flask, session: Session, cast: Cast) -> dict[str, str]:
    found = prepare(app, session, cast)
    session.close()
    return found


def assert_guarded(answer: TestResponse) -> None:
    headers = answer.headers
    assert headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert headers.getlist("X-Frame-Options") == ["DENY"]
    assert headers.getlist("Cross-Origin-Opener-Policy") == ["same-origin"]
    assert headers.getlist("Cross-Origin-Resource-Policy") == ["same-origin"]
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers.getlist("Referrer-Policy")[0] in {"same-origin", "no-referrer"}
    (policy,) = headers.getlist("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    if answer.mimetype == "text/html":
        assert policy == POLICY
        assert_plain_html(answer.text)


def assert_plain_html(page: str) -> None:
    """No script or style in the page itself, nothing loaded from elsewhere."""
    for element in html5lib.parse(page, treebuilder="etree").iter():
        tag = str(element.tag).rpartition("}")[2]
        assert tag not in {"style", "iframe", "object", "embed", "base"}, tag
        if tag == "script":
            assert element.get("src") and not (element.text or "").strip()
        for name, value in element.attrib.items():
            assert not INLINE.match(str(name)), (tag, name)
            if name in LEADS:
                assert not re.match(r"\s*(javascript|data|vbscript):", value, re.IGNORECASE), value
            if name in {"src", "action", "formaction"}:
                assert value.startswith("/") and not value.startswith("//"), (tag, value)


@pytest.mark.parametrize("who", ["visitor", "Anne", "Sylvie"])
def test_every_page_is_guarded_and_holds_no_script(
    who: str, rows: dict[str, str], client: FlaskClient, as_: As
) -> None:
    caller = client if who == "visitor" else as_(who)
    for line in GETS:
        for headers in ({}, {"HX-Request": "true", "HX-Request-Type": "partial"}):
            with caller.get(line.address.format(**rows), headers=headers) as answer:
                assert_guarded(answer)
                assert "no-store" in answer.headers["Cache-Control"] or (
                    "no-cache" in answer.headers["Cache-Control"]
                    and line.address.startswith("/documents/")
                )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/lien/x", 410),
        ("DELETE", "/connexion", 405),
        ("POST", "/organisations//territoires", 405),
        ("POST", "/projets/x/documents", 413),
        ("GET", "/static/nothing.js", 404),
    ],
)
def test_errors_are_guarded_too(app: Flask, method: str, path: str, status: int) -> None:
    data = b"x" * 12_000_000 if status == 413 else b""
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().open(
        path, method=method, data=data, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == status
    assert_guarded(answer)


def test_a_crash_is_guarded_too(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def crash() -> str:
        raise RuntimeError

    crash.is_public = True  # type: ignore[attr-defined]
    app.add_url_rule("/crash", view_func=crash)
    assert_guarded(app.test_client().get("/crash"))


def test_files_of_ours_are_guarded_and_kept(client: FlaskClient) -> None:
    with client.get(f"{assets.url_path()}/js/app.js") as answer:
        assert_guarded(answer)
        assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("line", TOKEN_PAGES, ids=str)
def test_the_address_of_a_mailed_link_is_told_to_nobody(
    line: Line, rows: dict[str, str], client: FlaskClient
) -> None:
    for address in (line.address.format(**rows), re.sub(r"\{.*\}", "dead", line.address)):
        for method in ("GET", "POST"):
            with client.open(address, method=method) as answer:
                assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]
                assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
                assert answer.headers.getlist("Cache-Control") == ["private, no-store"]


def test_every_page_whose_address_opens_something_is_known_by_its_token(app: Flask) -> None:
    """Whoever adds a page behind a mailed link names the part `token`, or it would be told on."""
    exempt = app.extensions["csrf"]._exempt_views
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if f"{view.__module__}.{view.__name__}" in exempt:
            assert "token" in rule.arguments, rule
        if "token" in rule.arguments:
            assert getattr(view, "is_public", False), rule


@pytest.fixture
def https_client(app: Flask, tmp_path: Path) -> FlaskClient:
    settings = settings_for(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path)
    made = create_app(replace(settings, base_url="https://maillage.example.org", proxies=1))
    return made.test_client()


def test_over_https_browsers_are_told_to_stay_there(https_client: FlaskClient) -> None:
    answer = https_client.get("/connexion", base_url="https://maillage.example.org")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-maillage=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_without_https_nothing_is_promised(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/connexion").headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", ""])
def test_another_host_name_gets_400(app: Flask, host: str) -> None:
    answer = app.test_client().get("/connexion", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_a_forwarded_host_name_is_believed_by_nobody(https_client: FlaskClient) -> None:
    for name in ("X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "Forwarded", "X-Original-URL"):
        answer = https_client.get(
            "/compte",
            base_url="https://maillage.example.org",
            headers={name: "evil.example", "X-Forwarded-Proto": "https"},
        )
        assert answer.status_code == 303
        assert answer.location.startswith("/connexion")
        assert "evil" not in str(answer.headers)


def test_mails_name_the_site_as_the_setting_does_whatever_name_was_asked_for(
    database_url: str, tmp_path: Path
) -> None:
    settings = replace(
        settings_for(database_url, tmp_path), base_url="https://maillage.example.org", proxies=1
    )
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post(
        "/connexion/lien",
        data={"email": "anne@example.org"},
        base_url="http://127.0.0.1:9999",
        headers={"X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"},
    )
    assert answer.status_code == 200
    with app.app_context():
        assert deliver(settings, db.engine, Event()).sent == 1
        db.engine.dispose()
    (letter,) = (tmp_path / "mailbox").rglob("*.maillage")
    mail = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()  # type: ignore[union-attr]
        named = set(re.findall(r"https?://([^/\s\"<]+)", text))
        assert named == {"maillage.example.org"}


def test_the_demonstration_s_mailbox_is_guarded(database_url: str, tmp_path: Path) -> None:
    app = make_app(database_url, tmp_path, demo=True)
    for path in ("/demo/boite", "/demo/personnes"):
        assert_guarded(app.test_client().get(path))
