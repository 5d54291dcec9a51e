"""A long list of organisations is typed into; a short one, and no script, leave it as it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation
from app.core.folding import fold
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import BEGINNING, NOW, Cast
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


def add_firms(session: Session, cast: Cast) -> None:
    acting(session, None, Via.COMMAND, NOW)
    for name in [*(f"Entreprise {number:02}" for number in range(12)), "Bocaux de l’Été"]:
        session.add(
            Organisation(
                name=name,
                kind=OrganisationKind.COMPANY,
                search_key=fold(name),
                created_at=BEGINNING,
                territories=[cast.territory()],
            )
        )
    session.commit()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_partner_is_found_by_some_letters_and_the_keyboard(
    app: Flask, as_: As, session: Session, cast: Cast, page: Page, width: int
) -> None:
    add_firms(session, cast)
    address = f"/projets/{cast.project().public_id}"
    session.rollback()
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as base:
        cookie = as_("Anne").get_cookie("maillage")
        assert cookie is not None
        page.context.add_cookies([{"name": "maillage", "value": cookie.value, "url": base}])
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(f"{base}{address}/partenaires/nouveau")
        field = page.get_by_role("combobox", name="Organisation")
        offered = page.get_by_role("listbox", name="Organisation")
        field.click()
        expect(offered.get_by_role("option")).to_have_count(8)
        field.fill("bocal ete")
        expect(offered.get_by_role("option", selected=True)).to_have_text("Bocaux de l’Été")
        assert axe_violations(page) == []
        page.keyboard.press("Enter")
        expect(field).to_have_value("Bocaux de l’Été")
        # what is no name goes, as one leaves the field
        field.fill("zzz")
        page.keyboard.press("Tab")
        expect(field).to_have_value("Bocaux de l’Été")
        page.get_by_role("button", name="Ajouter").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Invendus du Fournil")
        expect(page.get_by_role("link", name="Bocaux de l’Été")).to_be_visible()


def test_a_short_list_stays_a_list(app: Flask, as_: As, cast: Cast, page: Page) -> None:
    with serving(app) as base:
        cookie = as_("Anne").get_cookie("maillage")
        assert cookie is not None
        page.context.add_cookies([{"name": "maillage", "value": cookie.value, "url": base}])
        page.goto(f"{base}/projets/{cast.project().public_id}/partenaires/nouveau")
        assert page.locator("select[name=organisation_id]").is_visible()
