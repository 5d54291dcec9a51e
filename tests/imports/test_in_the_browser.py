"""The pilot's first day in one browser.

An ugly tracker of forty rows becomes a sorted plan, a first meeting decides, and the preview of the
first relances says who would hear of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.outbox.registry import find
from app.plans.mails.for_you import FOR_YOU
from app.plans.models import Project, Step
from tests.cast import Cast
from tests.imports.samples import ugly
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def anne(app: Flask, browser: Browser, as_: As) -> Iterator[Page]:
    """Anne's telephone, signed in."""
    app.config["WTF_CSRF_ENABLED"] = True
    cookie = as_("Anne").get_cookie("maillage")
    assert cookie is not None
    with serving(app) as url:
        context = browser.new_context(
            locale="fr-FR", base_url=url, viewport={"width": 390, "height": 844}
        )
        context.add_cookies([{"name": "maillage", "value": cookie.value, "url": url}])
        yield context.new_page()
        context.close()


def looks_right(page: Page) -> None:
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def number_of(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_from_an_ugly_tracker_over_a_first_meeting_to_the_first_relances(
    anne: Page, session: Session, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "Suivi plan d’actions.xlsx"
    today = clock.local_day(clock.now(), cast.territory().time_zone)
    file.write_bytes(ugly(today))
    before = number_of(session, Project), number_of(session, Step)
    _bring(anne, cast, file)
    _confirm_and_correct(anne)
    assert (number_of(session, Project), number_of(session, Step)) == before
    anne.get_by_label("Lancer aussitôt").check()
    anne.get_by_role("button", name="Importer", exact=True).click()
    expect(anne.get_by_role("heading", name="Import fait")).to_be_visible()
    expect(anne.locator("main .lines")).to_contain_text("Non importé")
    expect(anne.locator("main")).not_to_contain_text("<")
    looks_right(anne)
    # one merged action of four steps, one alone, eight of four steps each
    assert number_of(session, Project) == before[0] + 10
    assert number_of(session, Step) == before[1] + 36
    _every_fault_was_read(session, cast)
    _sort_the_past(anne)
    assert number_of(session, Mail) == 0
    _meet_and_decide(anne, cast, today)
    assert number_of(session, Step) == before[1] + 38
    _preview_the_first_relances(anne, cast)
    _nobody_is_written_to(session)


def _nobody_is_written_to(session: Session) -> None:
    """What the meeting entrusted is told to nobody before « Démarrer » (domain.md §6)."""
    session.rollback()
    kind, soon = find(FOR_YOU), clock.now() + timedelta(minutes=10)
    assert kind is not None
    for mail in session.scalars(select(Mail)):
        assert mail.kind == FOR_YOU
        assert not isinstance(kind.renew(session, mail, soon), Letter)


def _bring(page: Page, cast: Cast, file: Path) -> None:
    page.goto(f"/territoires/{cast.territory().public_id}/plan")
    page.get_by_text("Plus", exact=True).click()
    page.get_by_role("link", name="Importer un tableau").click()
    looks_right(page)
    page.get_by_label("Fichier .xlsx").set_input_files(file)
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.get_by_role("heading", name="Noms à confirmer")).to_be_visible()
    looks_right(page)


def _confirm_and_correct(page: Page) -> None:
    expect(page.get_by_role("button", name="Importer", exact=True)).to_be_disabled()
    expect(page.locator("#preview")).to_contain_text("CCI + Vallon (M. X)")
    page.get_by_role("button", name="Confirmer ces noms").click()
    expect(page.get_by_role("button", name="Importer", exact=True)).to_be_enabled()
    expect(page.locator("#preview")).to_contain_text("accents réparés")
    wrong = page.locator("li", has_text="Chaleur fatale").first
    wrong.get_by_label("Date de fin").fill("28/02/2027")
    wrong.get_by_role("button", name=re.compile("Corriger")).click()
    expect(
        page.get_by_label("Date de fin").and_(page.locator("[value='31/02/2027']"))
    ).to_have_count(0)
    expect(page.locator("#preview")).to_contain_text("une adresse électronique")


def _every_fault_was_read(session: Session, cast: Cast) -> None:
    """Formulas are their value or text, merged cells, amounts, accents and vague dates are said."""
    session.rollback()
    heat = cast.project("Chaleur fatale")
    assert (heat.description, heat.budget_cents) == ("=SOMME(A1:A3)", 2_000_050)
    assert heat.ends_on == date(2027, 2, 28)
    assert (heat.theme and heat.theme.title) == "2 Énergie"
    crates = cast.project("Réemploi des caisses")
    assert {(one.title, one.due_text, one.status.value) for one in crates.steps} == {
        ("Recenser les caisses", None, "todo"),
        ("Tester la collecte", "T2", "in_progress"),
        ("Convention", "fin juin ?", "todo"),
        ("Bilan", None, "done"),
    }
    names = {one.organisation.name for one in crates.partners}
    assert {"CCI des Deux Rives", "Vallon", "Le Fournil"} <= names
    assert [one.organisation.name for one in cast.person("M.").memberships] == ["Vallon"]


def _sort_the_past(page: Page) -> None:
    page.get_by_role("link", name="Trier les dates passées").click()
    looks_right(page)
    boxes = page.locator("input[name=step]")
    count = boxes.count()
    page.keyboard.press("j")
    expect(boxes.first).to_be_focused()
    page.keyboard.press("f")
    expect(boxes).to_have_count(count - 1)
    page.get_by_role("button", name="Annuler", exact=True).click()
    expect(boxes).to_have_count(count)
    page.get_by_role("button", name="Tout cocher").click()
    page.get_by_role("button", name="Abandonner", exact=True).last.click()
    expect(page.locator("#sorting")).to_contain_text("Tout est trié")
    looks_right(page)


def _meet_and_decide(page: Page, cast: Cast, today: date) -> None:
    """Yesterday's meeting: put down, held, and two lines of its poster pasted as decisions."""
    page.goto(f"/territoires/{cast.territory().public_id}/rencontres/nouvelle")
    page.get_by_label(re.compile("^Titre")).fill("Première rencontre")
    page.get_by_label(re.compile("^Jour")).fill(f"{today - timedelta(days=1)}")
    page.get_by_label(re.compile("^De ")).fill("14:00")
    page.get_by_label(re.compile("^À ")).fill("16:00")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Oui, elle a eu lieu").click()
    page.get_by_role("link", name="Compte rendu et décisions").click()
    soon = f"{today + timedelta(days=6):%d/%m/%Y}"
    said = f"Compter les palettes @Fournil {soon}\nChoisir un lieu de collecte @Atelier {soon}"
    page.get_by_label(re.compile("^Ce qui est décidé")).fill(said)
    page.get_by_label("Projet", exact=True).select_option(label="Réemploi des caisses")
    page.get_by_role("button", name="Noter la décision").click()
    expect(page.get_by_text("devenue une étape")).to_have_count(2)
    page.get_by_label(re.compile("^Compte rendu")).fill("## Ce qui s’est dit\n\nTout va.")
    page.get_by_role("button", name="Enregistrer le compte rendu").click()
    expect(page.get_by_text("Le compte rendu est enregistré.")).to_be_visible()
    looks_right(page)


def _preview_the_first_relances(page: Page, cast: Cast) -> None:
    """What the meeting decided is announced to whoever leads it; nothing has left yet."""
    page.goto(f"/territoires/{cast.territory().public_id}/relances")
    expect(page.locator("main")).to_contain_text("Qui recevrait quoi")
    for person, step in (
        ("Lucie Perrin", "Compter les palettes"),
        ("Marc Oudot", "Choisir un lieu de collecte"),
    ):
        told = page.locator("dt", has_text=person).locator("+ dd")
        expect(told).to_contain_text(step)
    expect(page.get_by_role("button", name="Démarrer les relances")).to_be_visible()
    looks_right(page)


def let_through(page: Page, held: list[Route]) -> Route:
    """The request that waits; asking the page anything lets it arrive."""
    for _turn in range(500):
        if held:
            break
        page.evaluate("new Promise(requestAnimationFrame)")
    return held.pop()


def test_a_file_says_how_far_it_is_and_a_refusal_stands_on_the_page(
    anne: Page, cast: Cast, tmp_path: Path
) -> None:
    anne.goto(f"/plans/{cast.plan().public_id}/importer")
    wrong = tmp_path / "plan.pdf"
    wrong.write_bytes(b"%PDF-1.7")
    anne.get_by_label("Fichier .xlsx").set_input_files(wrong)
    anne.get_by_role("button", name="Voir l’aperçu").click()
    expect(anne.locator(".error-summary")).to_contain_text("n’est pas un tableau")
    looks_right(anne)
    # a slow line: the answer waits until the bar was seen
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    anne.route("**/importer", hold)
    anne.get_by_label("Tableau copié").fill("Action\tEchéance\nRéemploi\t17/04/2027")
    anne.get_by_role("button", name="Voir l’aperçu").click()
    expect(anne.get_by_role("progressbar", name="Avancement")).to_be_visible()
    expect(anne.get_by_text("Lecture du tableau")).to_be_visible()
    looks_right(anne)
    let_through(anne, held).abort()
    expect(anne.get_by_text("L’envoi n’a pas abouti")).to_be_visible()
    anne.get_by_role("button", name="Voir l’aperçu").click()
    expect(anne.get_by_role("progressbar", name="Avancement")).to_be_visible()
    let_through(anne, held).continue_()
    expect(anne.get_by_role("heading", name="Ce qui va se passer")).to_be_visible()
    expect(anne.locator("#preview")).to_contain_text("Réemploi")


def test_a_table_comes_in_without_scripts_as_well(
    app: Flask, browser: Browser, as_: As, cast: Cast, session: Session
) -> None:
    cookie = as_("Anne").get_cookie("maillage")
    assert cookie is not None
    before = number_of(session, Project)
    with serving(app) as url:
        context = browser.new_context(locale="fr-FR", base_url=url, java_script_enabled=False)
        context.add_cookies([{"name": "maillage", "value": cookie.value, "url": url}])
        page = context.new_page()
        page.goto(f"/plans/{cast.plan().public_id}/importer")
        page.get_by_role("button", name="Essayer avec l’exemple").click()
        page.get_by_role("button", name="Confirmer ces noms").click()
        page.get_by_role("button", name="Importer", exact=True).click()
        expect(page.get_by_role("heading", name="Import fait")).to_be_visible()
        context.close()
    assert number_of(session, Project) == before + 4
