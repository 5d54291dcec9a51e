"""A poster pasted in a real browser: ten steps in one go, one name asked, all of it undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from tests.cast import Cast
from tests.parts.browser import axe_violations, serving
from tests.plans.test_quick_entry import POSTER

As = Callable[[str], FlaskClient]


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.mark.parametrize("width", [360, 1280])
def test_ten_lines_pasted_are_ten_steps_and_one_click_takes_them_back(
    app: Flask, as_: As, cast: Cast, page: Page, width: int
) -> None:
    project = f"/projets/{cast.project().public_id}"
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        cookie = as_("Anne").get_cookie("maillage")
        assert cookie is not None
        page.context.add_cookies([{"name": "maillage", "value": cookie.value, "url": base}])
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(base + project)
        page.get_by_label("Saisie rapide", exact=True).focus()
        # a paste comes as one input, tabs and all
        page.keyboard.insert_text(POSTER)
        expect(page.locator("#apercu .step")).to_have_count(10)
        expect(page.locator("#apercu")).to_contain_text("1\xa0nom à préciser ensuite")
        assert axe_violations(page) == []
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Qui est-ce")
        expect(page.locator("fieldset")).to_have_count(1)
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        # filling an answer in chooses it, and another one after that
        page.get_by_label("Qui est « Ferme des Aulnes »").select_option(label="Atelier Bois")
        expect(page.get_by_label("Déjà connu ici")).to_be_checked()
        page.get_by_label("Nature de « Ferme des Aulnes »").select_option(label="Association")
        expect(page.get_by_label("Une nouvelle organisation")).to_be_checked()
        page.get_by_role("button", name="Créer les étapes").click()
        expect(page.locator("#messages")).to_contain_text("10\xa0étapes ajoutées.")
        expect(page.locator("#steps .step")).to_have_count(13)
        expect(page.locator("#steps .step").nth(8)).to_contain_text("Ferme des Aulnes")
        expect(page.locator("#steps .step").nth(3)).to_contain_text("17\xa0avr.\xa02099")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.locator("#messages").get_by_role("button", name="Annuler").click()
        expect(page.locator("#messages")).to_contain_text("C’est annulé.")
        expect(page.locator("#steps .step")).to_have_count(3)


def test_the_same_without_script(app: Flask, as_: As, cast: Cast, browser: Browser) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        cookie = as_("Anne").get_cookie("maillage")
        assert cookie is not None
        context.add_cookies([{"name": "maillage", "value": cookie.value, "url": base}])
        page = context.new_page()
        page.goto(f"{base}/projets/{cast.project().public_id}/saisie-rapide")
        page.get_by_label("Les étapes, une par ligne").fill("Peser @Fournil 17/04\nAppeler @CCI")
        page.get_by_role("button", name="Voir d’abord").click()
        expect(page.locator("#apercu .step")).to_have_count(2)
        page.get_by_role("button", name="Ajouter les étapes").click()
        expect(page.locator("#steps .step")).to_have_count(5)
        page.locator("#messages").get_by_role("button", name="Annuler").click()
        expect(page.locator("#steps .step")).to_have_count(3)
        context.close()
