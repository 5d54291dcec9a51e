"""Maturity in a real browser: a step is done, a person confirms, the level moves."""

from __future__ import annotations

import re
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
from app.maturity.services.assessing import freeze
from app.plans.services.steps import complete_step
from tests.cast import NOW, Cast
from tests.maturity.samples import KEY, LADDER, assess, import_ladder, say
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]
# and not the end of « 100 % »
NOTHING = re.compile("(?<![0-9])0\u202f%")


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
        expect(level).to_contain_text(NOTHING)
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


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_missing_step_is_made_done_confirmed_frozen_and_compared_with_last_year(
    app: Flask, as_: As, on_tuesday: None, session: Session, cast: Cast, page: Page
) -> None:
    import_ladder(session)
    last = assess(session, cast, 2025)
    say(session, cast, last, "7.2.1")
    freeze(session, last, now=NOW, person_id=cast.person("Anne").id)
    assess(session, cast)
    address = f"/territoires/{cast.territory().public_id}/maturite"
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        sign_in(page, as_("Anne"), base)
        page.goto(base + address)
        level, figures = page.locator(".ladder__level").first, page.locator(".figures").first
        # the year began with the 30 points of last year, which make no level without the first
        expect(level).to_contain_text(NOTHING)
        expect(figures).to_contain_text("0\u202fsur 2")
        expect(figures).to_contain_text("30\u202f%")
        page.get_by_role("button", name="En faire une étape 7.1").click()
        expect(page.locator("#messages")).to_contain_text("Une étape attend dans")
        expect(page.locator(".notice__text").first).to_contain_text(
            "l’étape prévue est faite\u00a0: niveau\u00a02, 70\u202f% réalisé"
        )
        assert axe_violations(page) == []
        page.locator("#critere-7\\.1").get_by_role("link", name="Vouloir", exact=True).click()
        step = page.locator("li.step", has_text="Vouloir")
        step.get_by_role("button", name="Fait", exact=True).click()
        expect(step.locator(".pill")).to_have_text("Fait")

        page.goto(base + address)
        # done, it is proposed; nothing has moved before a person says so
        expect(page.locator("#critere-7\\.1")).to_contain_text("Le plan propose\u00a0: réalisé")
        expect(level).to_contain_text(NOTHING)
        expect(figures).to_contain_text("30\u202f%")
        page.get_by_role("button", name="Confirmer 7.1").click()
        expect(level).to_contain_text("100\u202f%")
        expect(figures).to_contain_text("2\u202fsur 2")
        expect(figures).to_contain_text("70\u202f%")
        page.get_by_text("D’où viennent ces chiffres").click()
        expect(page.locator("main")).to_contain_text("70\u00a0points réalisés sur 100")
        assert axe_violations(page) == []

        page.get_by_text("Figer 2026", exact=True).click()
        page.get_by_role("button", name="Figer 2026 pour de bon").click()
        expect(page.locator("main")).to_contain_text("Année figée le")
        expect(figures).to_contain_text("30\u202f% en 2025")
        page.get_by_role("link", name="Comparer deux années").click()
        compared = page.locator("main")
        expect(compared).to_contain_text("Vouloir")
        expect(compared).to_contain_text("+40\u00a0points")
        for percent in ("30", "70"):
            expect(compared).to_contain_text(re.compile(f"{percent}\\s?%"))
        assert axe_violations(page) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_level_is_given_a_status_and_loses_it_on_a_phone(
    app: Flask, as_: As, opened: Assessment, cast: Cast, page: Page
) -> None:
    address = f"/territoires/{cast.territory().public_id}/maturite"
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        sign_in(page, as_("Anne"), base)
        page.set_viewport_size({"width": 360, "height": 700})
        page.goto(base + address)
        page.get_by_role("heading", name="7.2 – Faire").get_by_role("link").click()
        expect(page.locator("#criterion")).to_contain_text("Ce qui le compose")
        page.get_by_text("Programmé", exact=True).click()
        page.get_by_role("button", name="Confirmer", exact=True).click()
        status = page.locator("#criterion")
        expect(status).to_contain_text("Ce statut l’emporte sur les 2 critères en dessous")
        assert axe_violations(page) == []
        page.get_by_role("button", name="Retirer ce statut").click()
        expect(page.locator("#messages")).to_contain_text("7.2 n’a plus de statut propre")
        expect(status).to_contain_text("Sans statut propre")
        page.locator("#messages").get_by_role("button", name="Annuler").last.click()
        expect(page.locator("#messages")).to_contain_text("C’est comme avant")
        expect(status).to_contain_text("Ce statut l’emporte sur")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_older_text_is_left_on_a_phone_and_taken_up_again(
    app: Flask, as_: As, opened: Assessment, session: Session, cast: Cast, page: Page
) -> None:
    say(session, cast, opened, "7.1", comment="Votée")
    import_ladder(session, LADDER.replace("Une feuille de route.", "Une délibération."))
    session.rollback()
    address = f"/territoires/{cast.territory().public_id}/maturite"
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        sign_in(page, as_("Anne"), base)
        page.set_viewport_size({"width": 360, "height": 700})
        page.goto(base + address)
        page.get_by_role("link", name="Voir les différences, et passer au nouveau texte").click()
        page.get_by_text("Le texte d’avant et le nouveau").click()
        expect(page.locator("main")).to_contain_text("Une délibération.")
        assert axe_violations(page) == []
        page.get_by_role("button", name="Passer au nouveau texte").click()
        expect(page.locator("main")).to_contain_text("Une réponse est à revoir")
        assert axe_violations(page) == []
        page.locator("#messages").get_by_role("button", name="Annuler").click()
        expect(page.locator("#messages")).to_contain_text("suit de nouveau le texte d’avant")
