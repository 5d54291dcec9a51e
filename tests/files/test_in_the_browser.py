"""Documents in a real browser: on a phone, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from app.files.models import Document
from tests.cast import Cast
from tests.files.samples import PDF, PLACE, photo
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]
Open = Callable[..., Page]
CSP = "Content Security Policy"


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def open_as(app: Flask, browser: Browser, as_: As, cast: Cast) -> Iterator[Open]:
    """`open_as("Lucie")`: a telephone with her signed in, at the project's page."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    path = f"/projets/{cast.project().public_id}"
    cast.session.rollback()
    app.config["WTF_CSRF_ENABLED"] = True

    def open_page(who: str, *, scripts: bool = True, width: int = 360) -> Page:
        cookie = as_(who).get_cookie("maillage")
        assert cookie is not None
        context = browser.new_context(
            locale="fr-FR",
            java_script_enabled=scripts,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if width > 400 else "light",
        )
        contexts.append(context)
        context.add_cookies([{"name": "maillage", "value": cookie.value, "url": site}])
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if CSP in said.text else None)
        page.goto(f"{site}{path}")
        return page

    with serving(app) as site:
        yield open_page
        for context in contexts:
            context.close()
    assert faults == []


def files(folder: Path) -> tuple[Path, Path]:
    quote, picture = folder / "Devis four.pdf", folder / "IMG_2041.jpg"
    quote.write_bytes(PDF)
    picture.write_bytes(photo(6))
    return quote, picture


def add(page: Page, file: Path, title: str = "") -> None:
    page.get_by_text("Ajouter un document").click()
    page.get_by_label("Fichier ou photo").set_input_files(file)
    page.locator("#documents-list").get_by_label("Nom").fill(title)
    page.locator("#documents-list").get_by_role("button", name="Ajouter").click()


@pytest.mark.parametrize("width", [360, 1440])
def test_a_photo_from_the_telephone_is_given_seen_removed_and_brought_back(
    open_as: Open, cast: Cast, tmp_path: Path, width: int
) -> None:
    quote, picture = files(tmp_path)
    page = open_as("Lucie", width=width)
    add(page, quote)
    expect(page.locator("#messages")).to_contain_text("Le document est ajouté")
    add(page, picture, "Le quai, côté four")
    lines = page.locator("#documents-list .lines > li")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("Le quai, côté four")
    expect(lines.last).to_contain_text("Devis four")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    with page.expect_download() as fetched:
        lines.first.get_by_role("link", name="Le quai, côté four", exact=True).click()
    assert fetched.value.suggested_filename == "IMG_2041.jpg"
    assert PLACE not in Path(fetched.value.path()).read_bytes()

    page.evaluate("window.stayed = true")
    lines.first.get_by_role("button", name="Retirer").click()
    expect(lines.first).to_contain_text("effacé un jour après")
    lines.first.get_by_role("button", name="Remettre").click()
    expect(page.locator("#messages")).to_contain_text("Le document est remis")
    assert page.evaluate("window.stayed")

    lines.first.get_by_role("link", name="Voir").click()
    shown = page.locator("main img")
    expect(shown).to_have_js_property("naturalWidth", 4)  # upright: eight pixels high
    assert axe_violations(page) == []


def test_who_gave_it_opens_it_to_everybody(open_as: Open, cast: Cast, tmp_path: Path) -> None:
    marc = open_as("Marc")
    add(marc, files(tmp_path)[0], "Plan de l’atelier")
    sylvie = open_as("Sylvie")
    expect(sylvie.locator("#documents-list")).to_contain_text("Aucun document ne vous est ouvert")
    marc.get_by_text("Changer qui le lit").click()
    marc.get_by_label("Tous ceux qui voient le projet").check()
    marc.locator("#documents-list").get_by_role("button", name="Enregistrer").click()
    expect(marc.locator("#documents-list")).to_contain_text("Lu par tous ceux qui voient")
    sylvie.reload()
    expect(sylvie.locator("#documents-list")).to_contain_text("Plan de l’atelier")
    expect(sylvie.locator("#documents-list").get_by_role("button")).to_have_count(0)


def test_everything_works_without_scripts(open_as: Open, cast: Cast, tmp_path: Path) -> None:
    page = open_as("Lucie", scripts=False)
    page.get_by_role("link", name="Documents").click()
    wrong = tmp_path / "logo.svg"
    wrong.write_text("<svg/>")
    add(page, wrong, "Notre logo")
    expect(page.locator(".error-summary")).to_contain_text("pas accepté")
    expect(page.locator("#documents-list").get_by_label("Nom")).to_have_value("Notre logo")
    page.get_by_label("Fichier ou photo").set_input_files(files(tmp_path)[0])
    page.locator("#documents-list").get_by_role("button", name="Ajouter").click()
    expect(page.locator("#messages")).to_contain_text("Le document est ajouté")
    page.get_by_role("link", name="Documents").click()
    page.get_by_role("button", name="Retirer").click()
    expect(page.locator("#messages")).to_contain_text("Vous pouvez le remettre")
    page.get_by_role("button", name="Remettre").click()
    expect(page.locator("#messages")).to_contain_text("Le document est remis")
    cast.session.rollback()
    assert cast.session.scalars(select(Document)).one().removed_at is None
