"""Meetings in a real browser: a thumb on a mail's button, and a first meeting with decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.links import Links
from app.core import clock
from app.initiatives.kinds.meetings import CONVOCATION
from app.initiatives.models import Attendee, Meeting
from app.initiatives.services.meetings import hold_meeting, plan_meeting
from app.outbox.models import Mail
from app.plans.models import Step
from tests.agreements.test_in_the_browser import enter
from tests.agreements.worlds import act
from tests.cast import Cast
from tests.files.samples import JPEG
from tests.initiatives.gatherings import said
from tests.parts.browser import axe_violations, serving

PHONE, DESK = {"width": 360, "height": 780}, {"width": 1440, "height": 900}


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as url:
        yield url


@pytest.mark.parametrize("script", [True, False])
def test_from_the_first_list_to_a_thumb_on_the_mail(
    app: Flask, site: str, browser: Browser, session: Session, cast: Cast, script: bool
) -> None:
    anne = act(session, cast, "Anne")
    place = cast.territory().public_id
    session.commit()
    context = browser.new_context(locale="fr-FR", viewport=DESK, java_script_enabled=script)
    enter(app, context, site, anne)
    page = context.new_page()
    page.goto(f"{site}/territoires/{place}/rencontres/nouvelle")
    page.get_by_role("radio", name=re.compile("COPIL")).check()
    page.get_by_label(re.compile("^Titre")).fill("COPIL de printemps")
    page.get_by_label(re.compile("^Jour")).fill("2090-04-18")
    page.get_by_label(re.compile("^De ")).fill("14:00")
    page.get_by_label(re.compile("^À ")).fill("16:00")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Choisir les invités").click()
    page.get_by_label("Lucie Perrin").check()
    page.get_by_role("button", name="Mettre sur la liste").first.click()
    expect(page.get_by_role("heading", name="COPIL de printemps : venez-vous")).to_be_visible()
    session.rollback()
    assert session.scalars(select(Mail.kind)).all() == []
    page.get_by_role("button", name="Envoyer les convocations (1)").click()
    expect(page.get_by_text("Les convocations partent")).to_be_visible()
    session.rollback()
    mail = session.scalars(select(Mail).where(Mail.kind == CONVOCATION)).one()
    links: Links = app.extensions["maillage_links"]
    path = links.url("/presence", mail.refs["grant"]).removeprefix(links.base_url)
    session.rollback()
    context.close()

    phone = browser.new_context(locale="fr-FR", viewport=PHONE, java_script_enabled=script)
    page = phone.new_page()
    page.goto(f"{site}{path}?reponse=substitute")
    page.get_by_label("Qui ?").fill("Malik Sow")
    page.get_by_role("button", name="Envoyer").first.click()
    expect(page.get_by_text("Quelqu’un vient à votre place : Malik Sow.")).to_be_visible()
    if script:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert axe_violations(page) == []
    phone.close()
    session.rollback()
    assert session.scalars(select(Attendee.words)).all() == ["Malik Sow"]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_first_meeting_with_decisions_typed_beside_its_poster(
    app: Flask,
    site: str,
    browser: Browser,
    session: Session,
    cast: Cast,
    viewport: dict[str, int],
) -> None:
    anne, now = act(session, cast, "Anne"), clock.now()
    meeting = plan_meeting(session, cast.territory(), said(), organiser_id=anne, now=now)
    hold_meeting(meeting, now=now)
    address = f"{site}/rencontres/{meeting.public_id}/compte-rendu"
    session.commit()
    context = browser.new_context(locale="fr-FR", viewport=viewport)
    enter(app, context, site, anne)
    page = context.new_page()
    page.goto(address)
    photo = {"name": "poster.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    page.get_by_label("Photo", exact=True).set_input_files(photo)  # type: ignore[arg-type]
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.get_by_text("Le document est ajouté.")).to_be_visible()
    page.goto(address)
    poster = page.get_by_role("img", name="Poster : Poster")
    expect(poster).to_be_visible()
    for text in ("Peser encore une semaine", "Commander les caisses"):
        page.get_by_label(re.compile("^Ce qui est décidé")).fill(text)
        page.get_by_label("Projet", exact=True).select_option(label="Invendus du Fournil")
        page.get_by_label("Qui s’en charge").select_option(label="Le Fournil")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Noter la décision").click()
        expect(page.locator("#decisions-list")).to_contain_text(text)
    expect(page.get_by_text("devenue une étape")).to_have_count(2)
    # ready for the next line
    expect(page.get_by_label(re.compile("^Ce qui est décidé"))).to_be_focused()
    beside = poster.bounding_box(), page.locator("#decisions-list").bounding_box()
    assert beside[0] is not None and beside[1] is not None
    assert (beside[1]["x"] > beside[0]["x"]) == (viewport is DESK)
    page.get_by_label(re.compile("^Compte rendu")).fill("## Ce qui s’est dit\n\nTout va.")
    page.get_by_role("button", name="Enregistrer le compte rendu").click()
    expect(page.get_by_text("Le compte rendu est enregistré.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert axe_violations(page) == []
    context.close()
    session.rollback()
    titles = session.scalars(select(Step.title).order_by(Step.id)).all()
    assert titles[-2:] == ["Peser encore une semaine", "Commander les caisses"]
    assert session.scalars(select(Meeting.title)).all() == ["COPIL de printemps"]
