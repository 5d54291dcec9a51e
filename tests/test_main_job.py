"""The main job in a real browser: from the first page to the mail, the answer and the plenary."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password
from app.core import clock
from app.core.calendar import next_working_day, previous_working_day
from app.factory import create_app
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.web.database import db
from config import Smtp
from tests.cast import BEGINNING, Cast
from tests.conftest import settings_for
from tests.parts.browser import axe_violations, serving
from tests.parts.ports import own_port
from tests.parts.relay import Relay

PASSWORD = "sept petits pains pour la veille de demain"
SEEDS = Path(__file__).parents[1] / "seeds" / "frameworks"
ZONE = "metropole"
CRITERION = "3.5.3.2 –"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def due_on() -> date:
    """A day whose reminders, a week and a day before, are both still to come."""
    return next_working_day(clock.local_day(clock.now(), "Europe/Paris") + timedelta(days=12), ZONE)


@pytest.fixture
def house(database_url: str, tmp_path: Path, relay: Relay, due_on: date) -> Iterator[Flask]:
    """The application as an installation has it: CSRF, a real relay, its own address."""
    with own_port() as (port, listening):
        settings = replace(
            settings_for(database_url, tmp_path),
            base_url=f"http://127.0.0.1:{port}",
            smtp=Smtp(relay.host, relay.port, tls="none"),
        )
        app = create_app(settings)
        with app.app_context():
            _prepare(db.session(), due_on)
        with serving(app, listening):
            yield app
    with app.app_context():
        db.engine.dispose()


def _prepare(session: Session, due_on: date) -> None:
    cast = Cast(session)
    acting(session, None, Via.COMMAND, BEGINNING)
    for name in ("Anne", "Karim", "Lucie"):
        cast.person(name).password_hash = hash_password(PASSWORD)
    cast.person("Anne").phone = "03 53 01 00 11"
    cast.step("Peser les invendus").due_on = due_on
    session.commit()


Visit = Callable[[dict[str, int]], Page]


@pytest.fixture
def visit(browser: Browser, house: Flask) -> Iterator[Visit]:
    """A new visitor's browser; a broken security policy or script fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(size: dict[str, int]) -> Page:
        context = browser.new_context(
            viewport=size, locale="fr-FR", base_url=house.extensions["maillage_settings"].base_url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: faults.append(message.text) if message.type == "error" else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def looks_right(page: Page) -> None:
    """No finding of axe, and nothing that scrolls sideways."""
    assert axe_violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def sign_in(page: Page, first_name: str) -> None:
    page.goto("/")
    looks_right(page)
    page.get_by_role("link", name="Se connecter").first.click()
    looks_right(page)
    page.get_by_label("Adresse e-mail").first.fill(f"{first_name.lower()}@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    looks_right(page)


def command(house: Flask, *arguments: str) -> dict[str, int]:
    done = house.test_cli_runner().invoke(args=[*arguments, "--json"])
    assert done.exit_code == 0, done.output
    answer: dict[str, int] = json.loads(done.stdout)
    return answer


def test_the_main_job(house: Flask, visit: Visit, relay: Relay, due_on: date) -> None:
    command(house, "framework", "import", *map(str, sorted(SEEDS.glob("*.md"))))
    anne = visit(DESK)
    sign_in(anne, "Anne")
    read_the_frameworks(anne)
    create_a_project_together(anne)
    add_two_steps(anne, due_on)
    start_the_relances(anne)
    mails = write_and_deliver(house, relay, due_on)
    answer_from_the_mail(visit(PHONE), mails[-1])
    update_a_step_signed_in(visit(DESK))
    prove_a_level(anne)
    hold_the_annual_meeting(anne)


def read_the_frameworks(page: Page) -> None:
    page.goto("/referentiels")
    looks_right(page)
    page.get_by_role("link", name=re.compile("écologie industrielle")).first.click()
    expect(page.locator("main")).to_contain_text("3.5.4")
    looks_right(page)


def create_a_project_together(page: Page) -> None:
    page.get_by_role("link", name="Plan d’action").click()
    looks_right(page)
    page.get_by_role("link", name="Nouveau projet").click()
    looks_right(page)
    page.get_by_label("Titre").fill("Caisses partagées")
    page.get_by_label("Chef de file").select_option(label="CC du Val d’Aubrive")
    together = page.get_by_role("group", name="Porté ensemble avec")
    together.get_by_label("CCI des Deux Rives").check()
    firms = page.get_by_role("group", name="Entreprises et autres contributeurs")
    firms.get_by_label("Le Fournil").check()
    firms.get_by_label("Atelier Bois").check()
    page.get_by_role("button", name="Créer le brouillon").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Caisses partagées")
    looks_right(page)
    for name in ("CC du Val d’Aubrive", "CCI des Deux Rives", "Le Fournil", "Atelier Bois"):
        part = page.locator("#partenaires li", has_text=name)
        part.locator("summary").click()
        part.get_by_role("link", name=re.compile("accord|Confirmer")).click()
        looks_right(page)
        page.get_by_role("button", name=re.compile("accord|engagement")).click()
        expect(part).to_contain_text("Confirmé")


def add_two_steps(page: Page, due_on: date) -> None:
    for title, lead in (
        ("Choisir les caisses", "Le Fournil"),
        ("Les essayer", "CCI des Deux Rives"),
    ):
        page.locator("#etapes").locator("..").get_by_role("link").first.click()
        looks_right(page)
        page.get_by_label("Étape").fill(title)
        page.get_by_label("Organisation responsable").select_option(label=lead)
        page.get_by_label("Échéance").fill(due_on.isoformat())
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.locator(".step", has_text=title)).to_contain_text(lead)
    page.get_by_role("button", name="Lancer le projet").click()
    expect(page.locator("#messages")).to_contain_text("Le projet est lancé.")


def start_the_relances(page: Page) -> None:
    page.get_by_role("link", name="Relances", exact=True).first.click()
    looks_right(page)
    expect(page.locator("main")).to_contain_text("Lucie Perrin")
    # what is past already is left aside, deliberately
    page.get_by_text("Démarrer sans les trier").click()
    page.get_by_label(re.compile("Je laisse de côté")).check()
    page.get_by_role("button", name="Démarrer sans elles").click()
    expect(page.locator("#messages")).to_contain_text("Les relances sont démarrées.")
    looks_right(page)


def write_and_deliver(house: Flask, relay: Relay, due_on: date) -> list[str]:
    """Two reminders to Lucie, a week and a day before; gives the links of her mails."""
    for days in (7, 1):
        on = previous_working_day(due_on - timedelta(days=days), ZONE).isoformat()
        assert command(house, "reminders", "run", "--on", on)["written"] >= 1
        assert command(house, "reminders", "run", "--on", on) == {"written": 0, "skipped": 0}
        sent = command(house, "outbox", "deliver")
        assert (sent["sent"] >= 1, sent["retry"], sent["failed"]) == (True, 0, 0)
    mails = [m.content for m in relay.received if "lucie@example.org" in m.rcpt_to]
    assert len(mails) == 2
    texts = [
        message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
        for content in mails
    ]
    return [re.search(r"http://127\.0\.0\.1:\d+/r/[^\s?]+", text)[0] for text in texts]


def answer_from_the_mail(page: Page, link: str) -> None:
    page.goto(link)
    looks_right(page)
    step = page.locator("section, article, li", has_text="Peser les invendus").first
    step.get_by_role("button", name="C’est fait").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci, c’est noté")
    looks_right(page)


def update_a_step_signed_in(page: Page) -> None:
    sign_in(page, "Karim")
    page.get_by_role("link", name="Mes étapes").click()
    looks_right(page)
    row = page.locator(".step", has_text="Les essayer")
    page.evaluate("document.body.dataset.stayed = 'yes'")
    row.get_by_role("button", name="Fait").click()
    expect(row.get_by_role("button", name="Rouvrir")).to_be_visible()
    assert page.evaluate("document.body.dataset.stayed") == "yes"


def prove_a_level(page: Page) -> None:
    """The answer is on the pilot's page; the finished step proves a criterion of level 3."""
    page.goto("/aujourdhui")
    expect(page.locator("main")).to_contain_text("Peser les invendus")
    page.get_by_role("link", name="Maturité").click()
    looks_right(page)
    page.locator("li", has_text="maillage-eci").get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("3.5.4")
    page.get_by_role("link", name="Plan d’action").click()
    page.get_by_role("link", name="Invendus du Fournil").click()
    panel = page.locator("#maturite")
    panel.get_by_text("Relier à un critère").click()
    choice = panel.locator("option", has_text=CRITERION).first
    panel.get_by_label("Critère").select_option(value=choice.get_attribute("value"))
    panel.get_by_role("button", name="Relier").click()
    expect(panel.get_by_role("link", name=re.compile("3.5.3.2"))).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name="Maturité").first.click()
    expect(page.locator("main")).to_contain_text("Invendus du Fournil")
    looks_right(page)


def hold_the_annual_meeting(page: Page) -> None:
    page.get_by_role("link", name="Rencontre annuelle").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rencontre annuelle")
    expect(page.locator("main")).to_contain_text("étapes faites")
    looks_right(page)
