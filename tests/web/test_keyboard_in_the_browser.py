"""Everything by keyboard in a real browser: found, gone to, done, told, and switched off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from app.plans.kinds import StepStatus
from tests.cast import Cast
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 700}


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def site(app: Flask, as_: As, page: Page) -> Iterator[str]:
    """Anne's browser, signed in, her forms protected."""
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        cookie = as_("Anne").get_cookie("maillage")
        assert cookie is not None
        page.context.add_cookies([{"name": "maillage", "value": cookie.value, "url": base}])
        page.set_viewport_size(WIDE)
        yield base


def test_what_one_looks_for_is_found_without_the_mouse(site: str, page: Page) -> None:
    page.goto(f"{site}/mes-etapes")
    page.keyboard.press("/")
    expect(page.locator("#chercher")).to_be_focused()
    page.keyboard.type("invendu")
    expect(page.locator("#trouve")).to_contain_text("Invendus du Fournil")
    assert axe_violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Invendus du Fournil")
    # the same from within a field; Escape gives the page back
    page.locator("#lignes").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#chercher")).to_be_focused()
    page.keyboard.type("four")
    expect(page.locator("#trouve .found__group").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#trouve")).to_be_hidden()


def test_on_a_phone_the_search_is_a_button_away(site: str, page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/mes-etapes")
    page.get_by_role("link", name="Rechercher").click()
    expect(page.locator("#recherche")).to_be_focused()
    page.keyboard.type("perrin")
    expect(page.locator("#resultats")).to_contain_text("Lucie Perrin")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert axe_violations(page) == []


def test_steps_are_gone_through_and_done_by_single_keys(
    site: str, page: Page, cast: Cast, session: Session
) -> None:
    page.goto(f"{site}/projets/{cast.project().public_id}")
    for _row in range(2):
        page.keyboard.press("j")
    row = page.locator(f"#step-{cast.step('Fabriquer les caisses').public_id}")
    expect(row).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(f"#step-{cast.step().public_id}")).to_be_focused()
    session.rollback()
    page.keyboard.press("e")
    expect(page.locator(".step--in_progress")).to_have_count(1)
    expect(page.locator(".step--in_progress")).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator(".step--done")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("b")
    expect(page.get_by_text("Qu’est-ce qui coince")).to_be_visible()
    assert cast.step().status is StepStatus.DONE


def test_the_sheet_tells_what_works_here_and_g_goes_there(
    site: str, page: Page, cast: Cast
) -> None:
    page.goto(f"{site}/projets/{cast.project().public_id}")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Au clavier, sur cette page")
    expect(sheet).to_be_visible()
    for keys, words in (
        ("/", "Rechercher"),
        ("g p", "Plan d’action"),
        ("n", "Nouvelles étapes"),
        ("j", "Ligne suivante"),
        ("f", "Étape faite"),
    ):
        expect(sheet.locator("dt", has_text=keys).first).to_be_visible()
        expect(sheet.locator("dl")).to_contain_text(words)
    assert axe_violations(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page).to_have_url(f"{site}/mes-etapes")


def test_no_key_does_anything_while_one_types_or_once_they_are_off(
    site: str, page: Page, cast: Cast
) -> None:
    address = f"{site}/projets/{cast.project().public_id}"
    page.goto(address)
    page.keyboard.press("n")
    expect(page.locator("#lignes")).to_be_focused()
    page.keyboard.type("ge? /fjk")
    expect(page.locator("#lignes")).to_have_value("ge? /fjk")
    expect(page.locator("#raccourcis")).to_be_hidden()
    page.goto(f"{site}/aide/clavier")
    page.get_by_label("Les raccourcis d’une touche agissent").uncheck()
    page.goto(address)
    for key in "?gen":
        page.keyboard.press(key)
    expect(page.locator("#raccourcis")).to_be_hidden()
    expect(page.locator("#lignes")).not_to_be_focused()
    assert page.url == address
    page.keyboard.press("Control+k")
    expect(page.locator("#chercher")).to_be_focused()
