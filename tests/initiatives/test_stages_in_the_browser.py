"""The démarche in a real browser: its path walked with and without script, readable anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.initiatives.models import ConditionTick, StagePassage
from tests.agreements.test_in_the_browser import enter
from tests.agreements.worlds import act
from tests.cast import Cast
from tests.parts.browser import axe_violations, serving


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as url:
        yield url


@pytest.mark.parametrize(
    ("width", "scheme", "script"),
    [(360, "dark", True), (768, "light", False), (1440, "dark", True)],
)
def test_from_the_pilot_zone_to_the_next_stage_and_back(
    app: Flask,
    site: str,
    browser: Browser,
    session: Session,
    cast: Cast,
    width: int,
    scheme: str,
    script: bool,
) -> None:
    anne, plan = act(session, cast, "Anne"), cast.plan().public_id
    place = cast.territory()
    session.add(ActivityZone(territory_id=place.id, name="Les Prés"))
    address = place.public_id
    session.commit()
    context = browser.new_context(
        locale="fr-FR",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of its words
        java_script_enabled=script,
    )
    enter(app, context, site, anne)
    page = context.new_page()
    page.goto(f"{site}/territoires/{address}/plan")
    strip = page.locator("#demarche")
    if script:
        expect(strip).to_contain_text("étape 1 sur 4")
    strip.get_by_role("link", name="La démarche").click()
    page.get_by_label("Zone pilote", exact=True).select_option("Les Prés")
    page.get_by_role("button", name="Choisir").click()
    expect(page.get_by_text("La démarche commence par")).to_be_visible()
    page.locator("#condition-diagnostic summary").click()
    page.locator("#condition-diagnostic").get_by_label("En un mot").fill("Rendu aux élus")
    page.locator("#condition-diagnostic").get_by_role("button", name="C’est fait").click()
    expect(page.locator("#condition-diagnostic")).to_contain_text("Rendu aux élus")
    page.locator("summary", has_text="Passer quand même aux rencontres").click()
    page.get_by_role("button", name="Passer aux rencontres").click()
    expect(page.get_by_text("dites pourquoi")).to_be_visible()
    if script:
        assert axe_violations(page) == []
    page.get_by_label("Pourquoi passer quand même").fill("Tous vus avant Maillage")
    page.get_by_role("button", name="Passer aux rencontres").click()
    expect(page.get_by_text(re.compile("Tous vus avant Maillage"))).to_be_visible()
    if script:
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("revenue à l’étape précédente")).to_be_visible()
    expect(page).to_have_url(f"{site}/plans/{plan}/demarche")
    context.close()
    session.rollback()
    assert session.scalars(select(ConditionTick.words)).all() == ["Rendu aux élus"]
    assert [one.taken_back_at is None for one in session.scalars(select(StagePassage))] == [False]
