"""The journal in a real browser: gone through, filtered and undone, with and without script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from app.core import clock
from app.plans.kinds import StepStatus
from app.plans.services.steps import complete_step
from tests.cast import TODAY, Cast
from tests.logbook.deeds import do
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def sign_in(context: BrowserContext, client: FlaskClient, base: str) -> None:
    cookie = client.get_cookie("maillage")
    assert cookie is not None
    context.add_cookies([{"name": "maillage", "value": cookie.value, "url": base}])


def lucie_was_quick(session: Session, cast: Cast) -> None:
    done = lambda: complete_step(session, cast.step(), today=TODAY)  # noqa: E731
    do(session, cast, "Lucie", done, at=clock.now())
    do(
        session,
        cast,
        "Anne",
        lambda: setattr(cast.project(), "description", "Du pain pour la bière"),
        at=clock.now(),
    )
    session.commit()


def test_a_slip_of_the_thumb_is_found_and_undone(
    app: Flask, as_: As, session: Session, cast: Cast, page: Page
) -> None:
    lucie_was_quick(session, cast)
    project = f"/projets/{cast.project().public_id}"
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        sign_in(page.context, as_("Anne"), base)
        page.goto(base + project)
        panel = page.locator("#journal")
        expect(panel).to_contain_text("Lucie Perrin a terminé l’étape")
        panel.get_by_role("link", name="Tout le journal").click()
        page.get_by_text("Description : voir le texte").click()
        expect(page.locator(".difference").first).to_contain_text("Du pain pour la bière")
        assert axe_violations(page) == []
        page.get_by_label("De quoi il s’agit").select_option(label="Étapes")
        expect(page.locator(".entry")).to_have_count(2)
        page.get_by_label("Chercher dans le journal").fill("terminé")
        expect(page.locator(".entry")).to_have_count(1)
        expect(page).to_have_url(re.compile("q=termin"))
        page.set_viewport_size({"width": 360, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert axe_violations(page) == []
        page.get_by_role("button", name="Annuler").click()
        expect(page.locator("#messages")).to_contain_text("C’est annulé")
        # the filter is kept; what is told of the undo does not say « terminé »
        expect(page.locator(".entry")).to_have_count(1)
        expect(page.get_by_role("button", name="Annuler")).to_have_count(0)
        page.goto(f"{base}{project}/journal")
        expect(page.locator(".entry").first).to_contain_text("Anne Vasseur annule un changement")
    session.rollback()
    session.expire_all()
    assert cast.step().status is StepStatus.TODO


def test_the_same_without_script(
    app: Flask, as_: As, session: Session, cast: Cast, browser: Browser
) -> None:
    lucie_was_quick(session, cast)
    app.config["WTF_CSRF_ENABLED"] = True
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    with serving(app) as base:
        sign_in(context, as_("Lucie"), base)
        page = context.new_page()
        page.goto(f"{base}/projets/{cast.project().public_id}")
        page.get_by_role("link", name="Journal", exact=True).click()
        page.get_by_label("De quoi il s’agit").select_option(label="Étapes")
        page.get_by_role("button", name="Filtrer").click()
        expect(page.locator(".entry")).to_have_count(2)
        page.get_by_role("button", name="Annuler").click()
        expect(page.locator("#messages")).to_contain_text("C’est annulé")
        expect(page.locator(".entry")).to_have_count(3)
        context.close()
