"""The gate: who is let in, and where people are led on to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.gate import safe_next

As = Callable[[str], FlaskClient]
OPEN = frozenset({"GET", "HEAD", "OPTIONS"})


def test_every_route_asks_for_a_sign_in_unless_it_says_public(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or getattr(view, "is_public", False):
            continue
        path = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)
        assert path is not None
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(path[1], method=method)
            assert answer.status_code == 303, (method, path)
            assert answer.location.startswith("/connexion"), (method, path)


def test_after_signing_in_one_gets_where_one_was_going(client: FlaskClient) -> None:
    assert (
        client.get("/compte?x=1&y=%C3%A9").location
        == "/connexion?next=/compte?x%3D1%26y%3D%25C3%25A9"
    )


def test_htmx_is_led_to_the_sign_in_page_as_a_whole(client: FlaskClient) -> None:
    answer = client.get("/compte", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/connexion")


@pytest.mark.parametrize(
    "target",
    [
        "//e.example",
        "/\\e.example",
        "\\\\e.example",
        "https:e.example",
        "/\t/e.example",
        " //e.example",
    ],
)
def test_no_way_on_leads_to_another_site(target: str) -> None:
    assert safe_next(target, "/home") == "/home"
