"""From an ugly tracker of forty rows to a sorted plan and the first relances, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.outbox.models import Mail
from app.plans.models import Project, Step
from tests.cast import Cast
from tests.imports.samples import ugly
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def anne(app: Flask, browser: Browser, as_: As) -> Iterator[Page]:
    """Anne's telephone, signed in."""
    app.config["WTF_CSRF_ENABLED"] = True
    cookie = as_("Anne").get_cookie("maillage")
    assert cookie is not None
    with serving(app) as url:
        context = browser.new_context(
            locale="fr-FR", base_url=url, viewport={"width": 390, "height": 844}
        )
        context.add_cookies([{"name": "maillage", "value": cookie.value, "url": url}])
        yield context.new_page()
        context.close()


def looks_right(page: Page) -> None:
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def number_of(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_from_an_ugly_tracker_to_the_first_relances(
    anne: Page, session: Session, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "Suivi plan d’actions.xlsx"
    file.write_bytes(ugly(clock.now().date()))
    before = number_of(session, Project), number_of(session, Step)
    _bring(anne, cast, file)
    _confirm_and_correct(anne)
    assert (number_of(session, Project), number_of(session, Step)) == before
    anne.get_by_label("Lancer aussitôt").check()
    anne.get_by_role("button", name="Importer", exact=True).click()
    expect(anne.get_by_role("heading", name="Import fait")).to_be_visible()
    expect(anne.locator("main .lines")).to_contain_text("Non importé")
    expect(anne.locator("main")).not_to_contain_text("<")
    looks_right(anne)
    # one merged action of four steps, one alone, eight of four steps each
    assert number_of(session, Project) == before[0] + 10
    assert number_of(session, Step) == before[1] + 36
    _sort_the_past(anne)
    assert number_of(session, Mail) == 0
    anne.get_by_role("link", name="Voir qui recevrait quoi").click()
    expect(anne.locator("main")).to_contain_text("Qui recevrait quoi")
    expect(anne.get_by_role("button", name="Démarrer les relances")).to_be_visible()


def _bring(page: Page, cast: Cast, file: Path) -> None:
    page.goto(f"/territoires/{cast.territory().public_id}/plan")
    page.get_by_text("Plus", exact=True).click()
    page.get_by_role("link", name="Importer un tableau").click()
    looks_right(page)
    page.get_by_label("Fichier .xlsx").set_input_files(file)
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.get_by_role("heading", name="Noms à confirmer")).to_be_visible()
    looks_right(page)


def _confirm_and_correct(page: Page) -> None:
    expect(page.get_by_role("button", name="Importer", exact=True)).to_be_disabled()
    expect(page.locator("#preview")).to_contain_text("CCI + Vallon (M. X)")
    page.get_by_role("button", name="Confirmer ces noms").click()
    expect(page.get_by_role("button", name="Importer", exact=True)).to_be_enabled()
    expect(page.locator("#preview")).to_contain_text("accents réparés")
    wrong = page.locator("li", has_text="Chaleur fatale").first
    wrong.get_by_label("Date de fin").fill("28/02/2027")
    wrong.get_by_role("button", name=re.compile("Corriger")).click()
    expect(
        page.get_by_label("Date de fin").and_(page.locator("[value='31/02/2027']"))
    ).to_have_count(0)
    expect(page.locator("#preview")).to_contain_text("une adresse électronique")


def _sort_the_past(page: Page) -> None:
    page.get_by_role("link", name="Trier les dates passées").click()
    looks_right(page)
    boxes = page.locator("input[name=step]")
    count = boxes.count()
    page.keyboard.press("j")
    expect(boxes.first).to_be_focused()
    page.keyboard.press("f")
    expect(boxes).to_have_count(count - 1)
    page.get_by_role("button", name="Annuler", exact=True).click()
    expect(boxes).to_have_count(count)
    page.get_by_role("button", name="Tout cocher").click()
    page.get_by_role("button", name="Abandonner", exact=True).last.click()
    expect(page.locator("#sorting")).to_contain_text("Tout est trié")
    looks_right(page)
