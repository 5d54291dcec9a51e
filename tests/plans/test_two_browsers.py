"""A company and the CCI at the same project at once, each in a browser: no text is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerRole
from app.plans.models import Comment, Partner, Project, Step
from tests.cast import Cast
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]
Open = Callable[..., Page]
BAKER = "La boulangère écrit : ramassage à six heures, caisses lavées."
NOT_OPEN = "Cette action ne vous est pas ouverte"
ADVISER = "La CCI écrit : convention type jointe, passage en COPIL le 12 mai."


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def site(app: Flask, session: Session, cast: Cast) -> Iterator[str]:
    """The application with its forms protected; Lucie's bakery owns the project with the CCI."""
    acting(session, None, Via.COMMAND, clock.now())
    bakery = session.scalars(
        select(Partner).where(
            Partner.project_id == cast.project().id,
            Partner.organisation_id == cast.organisation("Le Fournil").id,
        )
    ).one()
    bakery.role = PartnerRole.CO_OWNER
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as url:
        yield url


@pytest.fixture
def open_as(browser: Browser, site: str, as_: As) -> Iterator[Open]:
    """`open_as("Lucie", path, scripts=False)`: a browser of her own, signed in, at that page."""
    contexts: list[BrowserContext] = []

    def open_page(who: str, path: str, *, scripts: bool = True) -> Page:
        cookie = as_(who).get_cookie("maillage")
        assert cookie is not None
        context = browser.new_context(locale="fr-FR", java_script_enabled=scripts)
        contexts.append(context)
        context.add_cookies([{"name": "maillage", "value": cookie.value, "url": site}])
        page = context.new_page()
        page.goto(f"{site}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def save(page: Page) -> int:
    """Press the form's button; the status of the page that comes."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_load_state()
    return sent.value.status


def texts(session: Session) -> tuple[str, str]:
    session.rollback()
    project = session.scalars(select(Project).where(Project.title.startswith("Invendus"))).one()
    return project.title, project.description


@pytest.mark.parametrize(("first_scripts", "second_scripts"), [(True, True), (True, False)])
def test_both_describe_the_project_and_the_second_keeps_both_texts(
    open_as: Open, session: Session, cast: Cast, first_scripts: bool, second_scripts: bool
) -> None:
    path = f"/projets/{cast.project().public_id}/modifier"
    session.rollback()
    lucie = open_as("Lucie", path, scripts=first_scripts)
    karim = open_as("Karim", path, scripts=second_scripts)
    lucie.get_by_label("Description").fill(BAKER)
    karim.get_by_label("Description").fill(ADVISER)
    karim.get_by_label("Titre").fill("Invendus : du four à l’élevage")

    assert save(lucie) == 303
    assert save(karim) == 409
    assert texts(session) == ("Invendus du Fournil", BAKER)
    # her text is shown, his stands in the form as he typed it
    expect(karim.locator(".notice")).to_contain_text(BAKER)
    expect(karim.locator(".notice")).to_contain_text("Invendus du Fournil")
    expect(karim.get_by_label("Description")).to_have_value(ADVISER)
    expect(karim.get_by_label("Titre")).to_have_value("Invendus : du four à l’élevage")
    if second_scripts:
        assert axe_violations(karim) == []

    karim.get_by_label("Description").fill(f"{BAKER}\n\n{ADVISER}")
    assert save(karim) == 303
    title, description = texts(session)
    assert title == "Invendus : du four à l’élevage"
    assert BAKER in description and ADVISER in description


def test_a_third_change_in_between_is_shown_again(
    open_as: Open, session: Session, cast: Cast
) -> None:
    path = f"/projets/{cast.project().public_id}/modifier"
    session.rollback()
    lucie, karim = open_as("Lucie", path), open_as("Karim", path)
    karim.get_by_label("Description").fill(ADVISER)
    lucie.get_by_label("Description").fill(BAKER)
    assert save(lucie) == 303
    assert save(karim) == 409
    again = open_as("Anne", path)
    again.get_by_label("Description").fill("Anne résume.")
    assert save(again) == 303
    assert save(karim) == 409
    expect(karim.locator(".notice")).to_contain_text("Anne résume.")
    expect(karim.get_by_label("Description")).to_have_value(ADVISER)
    assert save(karim) == 303
    assert texts(session)[1] == ADVISER


@pytest.mark.parametrize("scripts", [True, False])
def test_both_edit_the_same_step_and_nothing_typed_is_lost(
    open_as: Open, session: Session, cast: Cast, scripts: bool
) -> None:
    path = f"/etapes/{cast.step().public_id}/modifier"
    session.rollback()
    lucie, karim = open_as("Lucie", path), open_as("Karim", path, scripts=scripts)
    lucie.get_by_label("Échéance", exact=True).fill("2026-05-18")
    lucie.locator("[name=description]").fill(BAKER)
    karim.get_by_label("Étape").fill("Peser et trier les invendus")
    karim.locator("[name=description]").fill(ADVISER)

    assert save(karim) == 303
    assert save(lucie) == 409
    notice = lucie.locator(".notice")
    expect(notice).to_contain_text("Peser et trier les invendus")
    expect(notice).to_contain_text(ADVISER)
    expect(lucie.get_by_label("Échéance", exact=True)).to_have_value("2026-05-18")
    expect(lucie.locator("[name=description]")).to_have_value(BAKER)

    lucie.get_by_label("Étape").fill("Peser et trier les invendus")
    lucie.locator("[name=description]").fill(f"{ADVISER}\n{BAKER}")
    assert save(lucie) == 303
    session.rollback()
    step = session.scalars(select(Step).where(Step.title.startswith("Peser"))).one()
    assert step.title == "Peser et trier les invendus"
    assert str(step.due_on) == "2026-05-18"
    assert ADVISER in step.description and BAKER in step.description


def test_what_both_say_at_the_same_time_stands_twice(
    open_as: Open, session: Session, cast: Cast
) -> None:
    path = f"/projets/{cast.project().public_id}/echanges"
    session.rollback()
    lucie, karim = open_as("Lucie", path), open_as("Karim", path, scripts=False)
    for page, words in ((lucie, BAKER), (karim, ADVISER)):
        page.get_by_label("Votre message").fill(words)
    for page in (lucie, karim):
        page.get_by_role("button", name="Envoyer").click()
    expect(lucie.locator(".journal")).to_contain_text(BAKER)
    # without scripts one is led back to the project's page
    karim.wait_for_url("**#echanges")
    karim.get_by_role("link", name="Échanges").click()
    for words in (BAKER, ADVISER):
        expect(karim.locator(".journal")).to_contain_text(words)
    session.rollback()
    assert set(session.scalars(select(Comment.body))) == {BAKER, ADVISER}


def test_a_contributor_may_not_edit_what_owners_do(open_as: Open, cast: Cast) -> None:
    path = f"/projets/{cast.project().public_id}/modifier"
    cast.session.rollback()
    marc = open_as("Marc", path)
    expect(marc.get_by_role("heading", level=1)).to_have_text(NOT_OPEN)
