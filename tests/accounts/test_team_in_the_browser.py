"""The pages of team, charter and operation in a real browser: seen, sized, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.accounts.links import Links
from app.accounts.services.team import invite_to_team
from app.accounts.services.texts import publish_charter
from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.accounts.browsing import assert_good, sign_in
from tests.accounts.entering import hashed
from tests.accounts.teams import CLAIRE
from tests.cast import Cast
from tests.conftest import SECRET
from tests.parts.browser import axe_violations, serving

LINKS = Links(SECRET, "http://localhost")


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def site(app: Flask, session: Session, cast: Cast) -> Iterator[str]:
    """Served with its forms protected; Anne pilots and also operates, and has a password."""
    acting(session, None, Via.COMMAND, clock.now())
    anne = cast.person("Anne")
    anne.password_hash, anne.is_operator = hashed(), True
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as url:
        yield url


def here(cast: Cast) -> str:
    found = f"/territoires/{cast.territory().public_id}"
    cast.session.commit()
    return found


def test_a_role_ends_and_comes_back_without_leaving_the_page(
    page: Page, site: str, cast: Cast
) -> None:
    sign_in(page, site, f"{here(cast)}/equipe")
    page.evaluate("window.stayed = true")
    page.get_by_label("Que faire pour Henri Collard").click()
    page.get_by_role("button", name="Mettre fin au rôle").click()
    expect(page.locator("#messages")).to_contain_text("a pris fin")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Remettre Henri Collard dans son rôle").click()
    expect(page.locator("#messages")).to_contain_text("retrouve son rôle")
    expect(page.get_by_label("Que faire pour Henri Collard")).to_be_visible()
    assert page.evaluate("window.stayed")


def test_all_of_it_works_without_scripts(browser: Browser, site: str, cast: Cast) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site, f"{here(cast)}/equipe")
    page.get_by_role("link", name="Inviter").click()
    page.get_by_label("Nom et prénom").fill("Claire Jonval")
    page.get_by_label("Adresse e-mail").fill("claire@example.org")
    page.get_by_label(re.compile("Observatrice ou")).check()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.locator("#equipe")).to_contain_text("attend sa réponse")
    page.get_by_role("button", name="Retirer l’invitation de Claire Jonval").click()
    expect(page.locator("#messages")).to_contain_text("son lien n’ouvre plus rien")
    page.goto(f"{site}{here(cast)}/charte")
    page.get_by_role("link", name="Écrire la charte").click()
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator("#apercu")).to_contain_text("Ce que nous voulons ensemble")
    page.get_by_role("button", name="Publier cette version").click()
    expect(page.get_by_role("article")).to_contain_text("Ce que nous voulons ensemble")
    context.close()


# what fits hangs on the width, contrast on the scheme
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_every_page_is_accessible_and_fits(
    page: Page, site: str, session: Session, cast: Cast, width: int, scheme: str
) -> None:
    acting(session, None, Via.COMMAND, clock.now())
    anne, henri, territory = (
        cast.person("Anne").id,
        cast.person("Henri").public_id,
        cast.territory(),
    )
    grant = invite_to_team(
        session, territory=territory, nominee=CLAIRE, asker_id=anne, now=clock.now()
    )
    invitation = f"/invitation/{LINKS.token(grant.public_id)}"
    for number, body in enumerate(("## Une\n\nfois.", "## Deux\n\nfois.")):
        publish_charter(session, territory, body=body, follows=number, by_id=anne, now=clock.now())
    session.commit()
    place, operated = here(cast), f"/exploitation{here(cast)}"
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert_good(page, f"{site}{invitation}", width)
    sign_in(page, site, f"{place}/equipe")
    team = (f"{place}/equipe{end}" for end in ("", "/inviter", f"/{henri}/role"))
    texts = (f"{place}{end}" for end in ("/reglages", "/charte", "/charte/1", "/charte/nouvelle"))
    pages = ("", "/sante", "/territoires/nouveau", "/operateurs", "/operateurs/inviter")
    for path in (*team, *texts, *(f"/exploitation{end}" for end in pages), operated):
        assert_good(page, f"{site}{path}", width)
