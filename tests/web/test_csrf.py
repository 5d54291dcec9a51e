"""Every POST asks for the token of our own forms, but for the pages behind a mailed link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.access.matrix import Line, read
from tests.access.rows import prepare
from tests.cast import Cast

As = Callable[[str], FlaskClient]
POSTS = [line for line in read() if line.method not in {"GET", "HEAD"}]
# the token in the address is the authority there, and no cookie is looked at
BY_TOKEN = {
    "accounts.confirm_address",
    "accounts.enter_by_link",
    "accounts.invitation",
    "agreements.answer",
    "initiatives.answer_by_link",
    "privacy.my_data_by_link",
    "reminders.add",
    "reminders.answer",
    "reminders.unsubscribe",
}
SAID = "Par sécurité, rechargez la page"


@pytest.fixture
def engine_name() -> str:
    """Forms do not depend on the engine."""
    return "sqlite"


@pytest.fixture
def rows(app: Flask, session: Session, cast: Cast) -> dict[str, str]:
    found = prepare(app, session, cast)
    session.close()
    app.config["WTF_CSRF_ENABLED"] = True
    return found


def endpoint(app: Flask, line: Line) -> str:
    path = line.address.split("?")[0].replace("{", "").replace("}", "")
    return str(app.url_map.bind("localhost").match(path, method=line.method)[0])


def test_the_pages_without_a_token_of_ours_are_these(app: Flask) -> None:
    exempt = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (view := app.view_functions[rule.endpoint])
        and f"{view.__module__}.{view.__name__}" in app.extensions["csrf"]._exempt_views
    }
    assert exempt == BY_TOKEN
    assert app.extensions["csrf"]._exempt_blueprints == set()


@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "x"}, {"Sec-Fetch-Site": "same-origin"}])
def test_a_post_without_the_token_changes_nothing(
    app: Flask, rows: dict[str, str], as_: As, headers: dict[str, str]
) -> None:
    anne = as_("Anne")
    for line in POSTS:
        answer = anne.post(line.address.format(**rows), data=line.sent(rows), headers=headers)
        asked = answer.status_code == 400 and SAID in answer.text
        assert asked is (endpoint(app, line) not in BY_TOKEN), line


def test_the_token_of_one_browser_opens_nothing_in_another(
    app: Flask, rows: dict[str, str], as_: As
) -> None:
    anne, karim = as_("Anne"), as_("Karim")
    address = f"/projets/{rows['project']}/echanges"
    page = karim.get(address).text
    theirs = page.split('name="csrf_token" value="')[1].split('"')[0]
    said = {"body": "Bonjour", "csrf_token": theirs}
    assert anne.post(address, data=said).status_code == 400
    assert karim.post(address, data=said).status_code == 303


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_and_their_disguises_do_nothing(
    app: Flask, rows: dict[str, str], as_: As, method: str
) -> None:
    anne = as_("Anne")
    for line in POSTS:
        address = line.address.format(**rows)
        assert anne.open(address, method=method).status_code in {404, 405}, line
        disguised = {"X-HTTP-Method-Override": method, "X-Method-Override": method}
        answer = anne.get(f"{address}?_method={method}", headers=disguised)
        assert answer.status_code != 400, line
        answer.close()


def test_reading_methods_are_sane(app: Flask, rows: dict[str, str], as_: As) -> None:
    anne = as_("Anne")
    for line in read():
        address = line.address.format(**rows)
        options = anne.options(address)
        assert options.status_code in {200, 404}, line
        assert options.status_code == 404 or line.method in options.headers["Allow"]
        assert anne.open(address, method="TRACE").status_code == 405
        if line.method == "GET":
            with anne.head(address) as head, anne.get(address) as full:
                assert head.status_code == full.status_code
                assert head.data == b""


@pytest.mark.parametrize("page", ["http://[", "", "//evil.example", "http://localhost/compte?x"])
def test_a_session_that_ended_leads_to_the_sign_in_page_whatever_page_stood_open(
    app: Flask, rows: dict[str, str], client: FlaskClient, page: str
) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": page}
    answer = client.post("/compte/courriels", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/connexion?next=/")
    assert "evil" not in answer.headers["HX-Redirect"]


def test_the_token_is_signed_once_for_a_session_and_for_nobody_else(
    app: Flask, rows: dict[str, str], as_: As
) -> None:
    anne, karim = as_("Anne"), as_("Karim")
    address = f"/projets/{rows['project']}/echanges"

    def told(client: FlaskClient) -> str:
        return client.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]

    first, second, theirs = told(anne), told(anne), told(karim)
    # between the two a minute may have ended: what is signed is the same then
    assert first.split(".")[0] == second.split(".")[0] != theirs.split(".")[0]
    for token in (first, second):
        said = {"body": "Bonjour", "csrf_token": token}
        assert anne.post(address, data=said).status_code == 303
