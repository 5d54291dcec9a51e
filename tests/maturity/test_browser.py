"""Maturity in a real browser: a step is done, a person confirms, the level moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import Framework
from app.maturity.models import Assessment
from app.plans.services.steps import complete_step
from tests.cast import Cast
from tests.maturity.samples import KEY
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]


def sign_in(page: Page, client: FlaskClient, base: str) -> None:
    cookie = client.get_cookie("maillage")
    assert cookie is not None
    page.context.add_cookies([{"name": "maillage", "value": cookie.value, "url": base}])


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_step_becomes_a_proof_and_the_proof_a_level(
    app: Flask, as_: As, opened: Assessment, session: Session, cast: Cast, page: Page
) -> None:
    framework = session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()
    address = f"/territoires/{cast.territory().public_id}/maturite"
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        sign_in(page, as_("Anne"), base)
        page.goto(f"{base}{address}/{framework}/7.1")
        assert axe_violations(page) == []
        page.get_by_label(
            "Relier un projet, une de ses étapes ou un de ses indicateurs"
        ).select_option(label="Invendus du Fournil")
        page.get_by_label("Ce qui prouve", exact=True).select_option(label="Peser les invendus")
        page.get_by_role("button", name="Relier cette preuve").click()
        expect(page.locator("#preuves .lines")).to_contain_text("Peser les invendus")
        assert axe_violations(page) == []

        session.rollback()
        complete_step(session, cast.step(), today=date(2026, 4, 7))
        session.commit()
        page.goto(base + address)
        level = page.locator(".ladder__level").first
        expect(level).to_contain_text("0\u202f%")
        page.set_viewport_size({"width": 360, "height": 400})
        confirm = page.get_by_role("button", name="Confirmer 7.1")
        confirm.scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        confirm.click()
        expect(level).to_contain_text("100\u202f%")
        # the whole section is replaced, the page stays where the hand was, and says what it did
        expect(page.locator("#messages")).to_be_in_viewport()
        assert abs(page.evaluate("scrollY") - before) < 300
        page.set_viewport_size({"width": 1280, "height": 800})
        expect(level).to_contain_text("Atteint")
        expect(page.locator(".figures")).to_contain_text("40\u202f%")
        assert axe_violations(page) == []

        page.goto(f"{base}{address}/{framework}/7.1")
        page.get_by_role("button", name="Retirer Peser les invendus").click()
        page.get_by_role("button", name="La remettre").click()
        expect(page.locator("#preuves .lines")).to_contain_text("Peser les invendus")
        page.get_by_text("Pas fait").click()
        page.get_by_role("button", name="Confirmer", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Dites en quelques mots pourquoi")
        page.get_by_label("Pourquoi").fill("Relevé à refaire")
        page.get_by_role("button", name="Confirmer", exact=True).click()
        expect(page.locator("#criterion blockquote")).to_contain_text("Relevé à refaire")
