"""Requests that no browser sends: answered with a refusal, never with a fault."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from config import SettingsError, load
from tests.cast import Cast
from tests.conftest import settings_for
from tests.hostile.requests import BODIES, BODY_TYPES, DATES, NUMBERS, TEXTS
from tests.parts.browser import serving

As = Callable[[str], FlaskClient]


@pytest.fixture
def strict(app: Flask) -> Flask:
    """As in production: what is not handled is an answer with 500."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    return app


def project_path(cast: Cast, rest: str = "") -> str:
    path = f"/projets/{cast.project().public_id}{rest}"
    cast.session.rollback()
    return path


FLOW = {"direction": "output", "resource": "water", "label": "Eau"}
READ_NAMES = {
    "plan": ("q", "organisation", "stade", "apres"),
    "rencontre-annuelle": ("annee",),
    "organisations": ("q", "page", "apres"),
    "maturite": ("annee",),
}
STEP_FIELDS = ("title", "lead_organisation_id", "lead_person_id", "due_on", "due_text", "version")


def test_no_number_date_or_text_is_a_fault_in_any_field(strict: Flask, as_: As, cast: Cast) -> None:
    """On both engines: PostgreSQL refuses what SQLite swallows."""
    step, territory = cast.step().public_id, cast.territory().public_id
    sent = {"organisation_id": str(cast.organisation("Le Fournil").id), **FLOW}
    described = {"title": "x", "lead_organisation_id": sent["organisation_id"], "version": "1"}
    project, anne = project_path(cast), as_("Anne")
    for value in {*NUMBERS, *DATES, *TEXTS}:
        asked: list[tuple[str, dict[str, str]]] = [
            (f"{project}/flux/nouveau", sent | {"quantity": value, "unit": "t"}),
            (f"{project}/flux/nouveau", sent | {"quantity": "1", "unit": value}),
            (f"{project}/flux/nouveau", sent | {"organisation_id": value}),
            (f"{project}/echanges", {"body": value}),
        ]
        asked += [(f"/etapes/{step}/modifier", described | {name: value}) for name in STEP_FIELDS]
        for path, form in asked:
            assert anne.post(path, data=form).status_code < 500, (path, form)
        for page, names in READ_NAMES.items():
            for name in names:
                query = {name: value, "apres": f"{value}.{value}"}
                answer = anne.get(f"/territoires/{territory}/{page}", query_string=query)
                assert answer.status_code < 500, (page, query)
        for room in ("projets", "documents", "r"):
            answer = anne.get(f"/{room}/{quote(value, safe='')}")
            assert answer.status_code < 500, (room, value)


@pytest.mark.parametrize("content_type", BODY_TYPES)
def test_no_body_is_a_fault(strict: Flask, as_: As, cast: Cast, content_type: str) -> None:
    anne, documents = as_("Anne"), project_path(cast, "/documents")
    for body in BODIES:
        for path in (documents, "/compte/identite", "/connexion", "/r/x", "/nowhere"):
            answer = anne.post(path, data=body, content_type=content_type)
            assert 300 <= answer.status_code < 500, (path, body[:40])


def multipart(parts: list[tuple[str, bytes]]) -> dict[str, Any]:
    """A body of parts ("name="a"; filename="b"", bytes), made here: the client's would lie open."""
    head = b"--b\r\nContent-Disposition: form-data; "
    body = b"".join(head + how.encode() + b"\r\n\r\n" + data + b"\r\n" for how, data in parts)
    return {"data": body + b"--b--\r\n", "content_type": "multipart/form-data; boundary=b"}


def test_thousands_of_fields_and_a_heavy_form_are_refused(strict: Flask, as_: As) -> None:
    anne = as_("Anne")
    many = [(f'name="f{number}"', b"x") for number in range(1500)]
    assert anne.post("/compte/identite", **multipart(many)).status_code == 413
    assert anne.post("/compte/identite", data={"name": "x" * 2_000_000}).status_code == 413


def test_only_where_files_are_taken_may_a_request_be_large(
    strict: Flask, as_: As, cast: Cast
) -> None:
    anne, large = as_("Anne"), ('name="file"; filename="a.pdf"', b"%PDF-1.7" + b"0" * 3_000_000)
    for rest, status in (("/documents", 303), ("/echanges", 413)):
        answer = anne.post(project_path(cast, rest), **multipart([large, ('name="body"', b"x")]))
        assert answer.status_code == status, rest
        assert "Un fichier peut peser au plus 10" in answer.text or status == 303


@pytest.mark.parametrize(
    "cookie",
    ["maillage=x", "maillage=" + "A" * 60000, "maillage=.eJw.x.y", "maillage=\xe9", "=", "; ;"],
)
def test_a_forged_or_broken_cookie_makes_a_visitor(strict: Flask, cookie: str) -> None:
    answer = strict.test_client(use_cookies=False).get("/compte", headers={"Cookie": cookie})
    assert answer.status_code == 303
    assert answer.location.startswith("/connexion")


def test_a_signed_cookie_with_nonsense_in_it_makes_a_visitor(strict: Flask) -> None:
    for value in ("x", "", "\x00", "é" * 3000, "9" * 30):
        client = strict.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = value
            cookie["_flashes"] = []
        assert client.get("/compte").status_code == 303, value


def raw(site: str, request: bytes) -> int:
    """The status of what the server answers to these very bytes."""
    parts = urlsplit(site)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=10)
    connection.connect()
    assert connection.sock is not None
    connection.sock.sendall(request)
    answer = http.client.HTTPResponse(connection.sock)
    answer.begin()
    status = answer.status
    answer.read()
    connection.close()
    return status


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_over_the_wire_what_is_too_large_gets_its_page(strict: Flask, as_: As, cast: Cast) -> None:
    """The whole body is taken first: else a browser says that the connection broke."""
    path = project_path(cast, "/documents")
    body = b"x" * 12_000_000
    with serving(strict) as site:
        parts = urlsplit(site)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=30)
        connection.request("POST", path, body, {"Content-Type": "multipart/form-data; boundary=b"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        assert answer.status == 413
        assert "Trop lourd" in text
        long_line = b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
        assert raw(site, long_line) in {400, 404, 414}
        many = b"".join(b"X-%d: y\r\n" % number for number in range(500))
        assert raw(site, b"GET /aide HTTP/1.1\r\nHost: localhost\r\n" + many + b"\r\n") in {
            400,
            431,
        }
        assert raw(site, b"GET /aide HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400


def test_the_limit_of_files_is_a_setting(database_url: str, tmp_path: Path) -> None:
    app = create_app(replace(settings_for(database_url, tmp_path), upload_limit_mb=3))
    assert app.extensions["maillage_upload_limit"] == 3_000_000
    demo = {"MAILLAGE_DEMO": "1"}
    assert load(demo).upload_limit_mb == 10
    assert load(demo | {"MAILLAGE_UPLOAD_LIMIT_MB": "25"}).upload_limit_mb == 25
    for wrong in ("0", "101", "-1", "1.5", "ten", "9" * 5000):
        with pytest.raises(SettingsError, match="UPLOAD_LIMIT_MB"):
            load(demo | {"MAILLAGE_UPLOAD_LIMIT_MB": wrong})
