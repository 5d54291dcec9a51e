"""The second factor in a real browser: set up, asked for, with a phone's width, without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.accounts.browsing import assert_good, type_password
from tests.accounts.entering import code_at, give_factor, hashed
from tests.cast import Cast
from tests.parts.browser import axe_violations, serving


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def site(app: Flask, session: Session, cast: Cast) -> Iterator[str]:
    """The application served with its forms protected, Anne having a password."""
    acting(session, None, Via.COMMAND, clock.now())
    cast.person("Anne").password_hash = hashed()
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as url:
        yield url


def set_up(page: Page) -> str:
    """Install the app as its owner would; answers the secret."""
    secret = page.locator("#secret-text").inner_text().replace(" ", "")
    page.get_by_label("Code à six chiffres").fill(code_at(clock.now(), secret=secret))
    page.get_by_role("button", name="Installer", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")
    expect(page.locator("#codes li")).to_have_count(10)
    return secret


def test_whom_the_territory_asks_sets_it_up_and_goes_on(
    page: Page, site: str, session: Session, cast: Cast
) -> None:
    cast.territory().second_factor_demanded = True
    session.commit()
    page.set_viewport_size({"width": 360, "height": 800})
    type_password(page, site, "/compte")
    expect(page.locator("main")).to_contain_text("Votre territoire la demande")
    page.goto(f"{site}/mes-etapes")
    expect(page.get_by_role("heading", level=1)).to_have_text("Double authentification")
    assert axe_violations(page) == []
    picture = page.locator(".qr svg").bounding_box()
    assert picture is not None and picture["width"] > 150
    set_up(page)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="C’est noté, continuer").click()
    page.wait_for_url(f"{site}/mes-etapes")


def test_the_code_is_asked_for_and_a_recovery_code_takes_its_place(
    page: Page, site: str, session: Session, cast: Cast
) -> None:
    codes = give_factor(session, cast, "Anne", clock.now())
    type_password(page, site, "/compte")
    expect(page.get_by_label("Code à six chiffres")).to_be_focused()
    page.keyboard.type("123")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("ne convient pas")
    assert axe_violations(page) == []
    page.get_by_label("Code à six chiffres").fill("")
    page.get_by_text("Je n’ai pas mon téléphone").click()
    page.get_by_label("Code de secours").fill(codes[0].upper())
    page.get_by_role("button", name="Entrer avec un code de secours").click()
    page.wait_for_url(f"{site}/compte")
    expect(page.locator("#messages")).to_contain_text("il vous en reste 9")


def test_it_works_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    type_password(page, site, "/compte")
    page.get_by_role("link", name="Installer la double authentification").click()
    set_up(page)
    page.goto(f"{site}/compte")
    expect(page.locator("#double-authentification")).to_contain_text("En place depuis")
    context.close()


# what fits hangs on the width, contrast on the scheme
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_its_pages_are_accessible_and_fit(
    page: Page, site: str, session: Session, cast: Cast, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    type_password(page, site, "/compte")
    page.wait_for_url(f"{site}/compte")
    assert_good(page, f"{site}/compte/double-authentification", width)
    give_factor(session, cast, "Anne", clock.now())
    assert_good(page, f"{site}/compte/double-authentification", width)
    page.context.clear_cookies()
    type_password(page, site, "/compte")
    page.wait_for_url(f"{site}/connexion/code**")
    assert_good(page, f"{site}/connexion/code", width)
