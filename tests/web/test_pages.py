"""The site's own pages: open to everybody, whole, and in clean French."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import make_app

As = Callable[[str], FlaskClient]
PAGES = {
    "/aide": ("J’anime la démarche", "sans mot de passe", "Recevoir un lien de connexion"),
    "/accessibilite": ("non conforme", "Défenseur des droits", "RGAA"),
    "/mentions-legales": ("Éditeur", "licence MIT", "Cookies"),
    "/confidentialite": ("mission d’intérêt public", "CNIL", "deux ans"),
    "/contact": ("Répondez au dernier message", "maillage@example.org"),
    "/plan-du-site": ("Mentions légales", "Ouvert à tous"),
}
NARROW_SIGNS = re.compile(
    r"(?<=[\w»]) [;!?](?=[\s<])|« | »|[\w»] :(?=[\s<])|(?<=[a-zé])'(?=[a-zé])"
)


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_reads_the_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    for said in PAGES[path]:
        assert said in answer.text


@pytest.mark.parametrize("path", [*PAGES, "/connexion"])
def test_the_page_is_valid_html_with_one_title(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    html5lib.HTMLParser(strict=True).parse(text)
    assert text.count("<h1") == 1
    assert " – Maillage</title>" in text


@pytest.mark.parametrize("path", [*PAGES, "/connexion"])
def test_the_french_is_typeset_with_its_spaces(client: FlaskClient, path: str) -> None:
    body = client.get(path).text.partition("<main")[2].partition("</main>")[0]
    shown = re.sub(r"<[^>]*>", "¤", body)
    assert NARROW_SIGNS.findall(shown.replace("¤", "<")) == []


def test_every_page_is_on_the_map_and_every_place_of_the_map_opens(client: FlaskClient) -> None:
    page = client.get("/plan-du-site").text.partition("<main")[2]
    places = re.findall(r'href="(/[^"#]*)"', page.partition("</main>")[0])
    assert set(PAGES) - {"/plan-du-site"} <= set(places)
    for place in places:
        assert client.get(place).status_code == 200, place


def test_the_map_of_who_is_signed_in_leads_to_their_pages(as_: As) -> None:
    page = as_("Anne").get("/plan-du-site").text.partition("<main")[2]
    assert "Val d’Aubrive" in page
    for place in re.findall(r'href="(/[^"#]*)"', page.partition("</main>")[0]):
        answer = as_("Anne").get(place, follow_redirects=True)
        assert answer.status_code == 200, place


def test_robots_are_kept_from_links_and_places_behind_a_sign_in(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /\n" in answer.text
    assert "Allow: /aide\n" in answer.text
    assert "/lien" not in answer.text


def test_the_health_page_says_that_the_database_answers(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "database": "ok"}


def test_the_health_page_says_that_the_database_is_away(tmp_path: Path) -> None:
    away = f"postgresql+psycopg://nobody@/nowhere?host={tmp_path}"
    answer = make_app(away, tmp_path).test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["database"] == "unreachable"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/rien", 404), ("/rien%00", 404), ("/invitation/x", 410), ("/deconnexion", 405)],
)
def test_an_error_is_a_page_in_french_that_leads_home(
    client: FlaskClient, path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert '<html lang="fr">' in answer.text
    assert 'href="/' in answer.text
    html5lib.HTMLParser(strict=True).parse(answer.text)


def test_a_crash_is_a_page_that_tells_no_secret(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def crash() -> str:
        raise RuntimeError("a secret of the machine")

    crash.is_public = True  # type: ignore[attr-defined]
    app.add_url_rule("/crash", view_func=crash)
    answer = app.test_client().get("/crash")
    assert answer.status_code == 500
    assert "L’erreur est notée" in answer.text
    assert "secret of the machine" not in answer.text
