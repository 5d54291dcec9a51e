"""« Noter un appel » and « À appeler » under a thumb, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.initiatives.kinds.notes import NoteKind
from app.initiatives.models import ContactNote
from tests.cast import Cast
from tests.initiatives.conftest import Noted
from tests.initiatives.gatherings import planned
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]
PHONE = {"width": 360, "height": 740}


def phone(browser: Browser, client: FlaskClient, base: str, *, scripts: bool) -> BrowserContext:
    cookie = client.get_cookie("maillage")
    assert cookie is not None
    context = browser.new_context(
        viewport=PHONE,
        locale="fr-FR",
        java_script_enabled=scripts,  # type: ignore[arg-type]
    )
    context.add_cookies([{"name": "maillage", "value": cookie.value, "url": base}])
    return context


def is_in_order(page: Page) -> bool:
    """Nothing to scroll sideways for, and nothing that axe finds."""
    assert axe_violations(page) == []
    return bool(page.evaluate("document.documentElement.scrollWidth") == PHONE["width"])


@pytest.mark.parametrize("scripts", [True, False])
def test_a_call_is_noted_from_any_page_and_taken_back(
    app: Flask, browser: Browser, as_: As, session: Session, scripts: bool
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        context = phone(browser, as_("Anne"), base, scripts=scripts)
        page = context.new_page()
        page.goto(f"{base}/mes-etapes")
        page.get_by_role("link", name="Noter un appel").click()
        page.get_by_label("Qui ?").fill("fournil")
        page.get_by_label("Ce qui s’est dit").fill("Elle rappelle lundi")
        if scripts:
            assert is_in_order(page)
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.locator("#messages")).to_contain_text("L’appel au Fournil est noté")
        expect(page).to_have_url(f"{base}/mes-etapes")
        session.rollback()
        [note] = session.scalars(select(ContactNote)).all()
        assert (note.kind, note.body) == (NoteKind.CALL, "Elle rappelle lundi")
        if scripts:
            assert is_in_order(page)
        page.locator("#messages").get_by_role("button", name="Annuler").click()
        expect(page.locator("#messages")).to_contain_text("rien n’est noté")
        context.close()
    session.rollback()
    assert session.scalars(select(ContactNote)).all() == []


def test_a_note_whose_day_has_come_is_called_about(
    app: Flask, browser: Browser, as_: As, cast: Cast, session: Session, noted: Noted
) -> None:
    note = noted("Anne", own="CC du Val d’Aubrive", body="Rappeler Lucie")
    note.follow_up_on = clock.now().date()
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        context = phone(browser, as_("Anne"), base, scripts=True)
        page = context.new_page()
        page.goto(f"{base}/aujourdhui")
        section = page.locator("section", has=page.locator("#appeler"))
        expect(section).to_contain_text("Rappeler Lucie")
        expect(section.get_by_role("link", name="03 53 01 00 10")).to_be_visible()
        assert is_in_order(page)
        section.get_by_role("link", name="J’ai appelé").click()
        page.get_by_label("Ce qui s’est dit").fill("Elle est d’accord")
        assert is_in_order(page)
        page.get_by_role("button", name="J’ai appelé").click()
        expect(page.locator("#messages")).to_contain_text("L’appel au Fournil est noté")
        expect(page.get_by_text("Personne à appeler")).to_be_visible()
        context.close()


def test_the_sheet_to_sign_is_a_whole_page(
    app: Flask, browser: Browser, as_: As, cast: Cast, session: Session
) -> None:
    meeting = planned(session, cast, "Le Fournil")
    session.commit()
    with serving(app) as base:
        context = phone(browser, as_("Anne"), base, scripts=True)
        page = context.new_page()
        page.goto(f"{base}/rencontres/{meeting.public_id}/feuille")
        assert is_in_order(page)
        # nothing frames it or cuts it off on paper
        root = "getComputedStyle(document.documentElement)"
        assert page.evaluate(f"[{root}.maxHeight, {root}.paddingLeft]") == ["none", "0px"]
        context.close()
