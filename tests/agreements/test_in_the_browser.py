"""Agreements in a real browser: three clicks, a thumb, and no script at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.links import Links
from app.accounts.services.texts import publish_charter
from app.accounts.sessions import open_session
from app.agreements.services.charter import ask_adherence
from app.core import clock
from app.plans.kinds import ProjectState
from app.plans.models import Theme
from app.web.database import db
from tests.agreements.test_departures import twelve_steps
from tests.agreements.worlds import act, mails_to, put_forward
from tests.cast import Cast, colleague
from tests.parts.browser import axe_violations, serving

PHONE = {"width": 360, "height": 780}


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as url:
        yield url


def enter(app: Flask, context: BrowserContext, site: str, person_id: int) -> None:
    """Give the browser the session of somebody who has signed in."""
    with app.app_context():
        key = open_session(db.session(), person_id=person_id, browser="tests", now=clock.now())
        db.session.commit()
    client: FlaskClient = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = key, True
    cookie = client.get_cookie("maillage")
    assert cookie is not None
    context.add_cookies([{"name": "maillage", "value": cookie.value, "url": site}])


def test_twelve_steps_are_handed_over_in_three_clicks(
    app: Flask, site: str, browser: Browser, session: Session, cast: Cast
) -> None:
    lucie = act(session, cast, "Lucie")
    steps, nadia = twelve_steps(session, cast), colleague(session, cast)
    heir, fournil = nadia.person_id, cast.organisation("Le Fournil").public_id
    session.commit()
    context = browser.new_context(locale="fr-FR", viewport=PHONE)
    enter(app, context, site, lucie)
    page = context.new_page()
    page.goto(f"{site}/organisations/{fournil}")
    # one, two
    page.get_by_label("Que faire pour Lucie Perrin").click()
    page.get_by_role("link", name="Quitter l’organisation…").click()
    expect(page.locator("section .lines li")).to_have_count(14)
    assert axe_violations(page) == []
    # three
    page.get_by_role("button", name="Je pars, tout passe").click()
    expect(page.locator("#messages")).to_contain_text(re.compile("Nadia Roy"))
    context.close()
    session.expire_all()
    assert {step.lead_person_id for step in steps} == {heir}


def test_an_objection_from_a_phone_without_script(
    app: Flask, site: str, browser: Browser, session: Session, cast: Cast
) -> None:
    proposal = put_forward(session, cast, now=clock.now())
    links: Links = app.extensions["maillage_links"]
    path = links.url("/demande", mails_to(session, "Karim")[-1].refs["grant"])
    session.commit()
    context = browser.new_context(locale="fr-FR", viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(path.replace(links.base_url, site))
    page.get_by_text("J’ai une objection").click()
    page.get_by_label("Ce qui vous retient").fill("Il reste les caisses")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("main")).to_contain_text("la prochaine rencontre en parlera")
    context.close()
    session.expire_all()
    assert proposal.project.state is ProjectState.ACTIVE


def test_its_pages_have_no_fault_of_access(
    app: Flask, site: str, browser: Browser, session: Session, cast: Cast
) -> None:
    proposal = put_forward(session, cast, now=clock.now())
    project, step = cast.project().public_id, cast.step().public_id
    flow = cast.project().flows[0].public_id
    part = proposal.project.partners[2].public_id
    theme = session.scalars(select(Theme.public_id)).one()
    anne, val, fournil = (
        act(session, cast, "Anne"),
        cast.territory(),
        cast.organisation("Le Fournil"),
    )
    charter = f"/territoires/{val.public_id}/charte"
    publish_charter(session, val, body="Un texte.", follows=0, by_id=anne, now=clock.now())
    question = ask_adherence(session, val, fournil, by=anne, now=clock.now())
    people = {name: cast.person(name).id for name in ("Karim", "Lucie", "Anne")}
    visits = {
        "Karim": (f"/projets/{project}/accords", f"/projets/{project}"),
        "Lucie": (
            f"/flux/{flow}/lecteurs",
            f"/etapes/{step}/passer",
            "/compte/absences",
            charter,
            f"{charter}/adhesions/{fournil.public_id}",
            f"/organisations/{fournil.public_id}",
            f"/demandes/{question.public_id}",
        ),
        "Anne": (
            f"/partenaires/{part}/retirer",
            f"/partenaires/{part}/engagement",
            f"/territoires/{val.public_id}/plan",
            f"/plans/{cast.plan().public_id}/themes",
            f"/themes/{theme}/passer",
            f"/territoires/{val.public_id}/ordre-du-jour",
            f"/territoires/{val.public_id}/passer",
            f"{charter}/adhesions",
        ),
    }
    session.commit()
    for name, paths in visits.items():
        context = browser.new_context(locale="fr-FR", viewport=PHONE)
        enter(app, context, site, people[name])
        page = context.new_page()
        for path in paths:
            page.goto(f"{site}{path}")
            assert axe_violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        context.close()
