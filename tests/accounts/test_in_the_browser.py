"""The room in a real browser: signing in, searching as one types, inviting, one's account."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.links import Links
from app.accounts.models import ActivityZone, Organisation
from app.accounts.services.directory import Directory
from app.accounts.services.mailed_links import issue_sign_in
from app.accounts.services.organisation_invitations import Guest, invite
from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.web.database import db
from tests.accounts.browsing import assert_good, sign_in
from tests.accounts.directory_server import running
from tests.accounts.entering import PASSWORD, hashed
from tests.cast import Cast
from tests.conftest import SECRET
from tests.parts.browser import axe_violations, serving

LINKS = Links(SECRET, "http://localhost")
OPEN_PAGES = (
    "/connexion",
    "/aide",
    "/accessibilite",
    "/mentions-legales",
    "/confidentialite",
    "/contact",
    "/plan-du-site",
    "/lien/x",
    "/nulle-part",
)


@pytest.fixture
def engine_name() -> str:
    """The browser sees no difference between the databases: one is enough."""
    return "sqlite"


@pytest.fixture
def site(app: Flask, session: Session, cast: Cast) -> Iterator[str]:
    """The application served with its forms protected, Anne having a password."""
    cast.person("Anne").password_hash = hashed()
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as url:
        yield url


def path_of(cast: Cast) -> str:
    path = f"/territoires/{cast.territory().public_id}/organisations"
    cast.session.commit()
    return path


def test_signing_in_leads_on_and_the_list_narrows_as_one_types(
    page: Page, site: str, cast: Cast
) -> None:
    sign_in(page, site, path_of(cast))
    rows = page.locator("#organisations tbody tr")
    expect(rows).to_have_count(5)
    page.get_by_label("Chercher une organisation", exact=True).press_sequentially("fourn")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile("q=fourn&nature=$"))
    expect(page.get_by_label("Chercher une organisation", exact=True)).to_be_focused()
    page.get_by_role("link", name="Le Fournil").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Le Fournil")
    page.go_back()
    expect(rows).to_have_count(1)


def test_inviting_and_taking_back_without_leaving_the_page(
    page: Page, site: str, cast: Cast
) -> None:
    goal = f"/organisations/{cast.organisation('Le Fournil').public_id}"
    cast.session.commit()
    sign_in(page, site, goal)
    page.get_by_role("link", name="Inviter", exact=True).click()
    page.get_by_label("Nom et prénom").fill("Inès Kada")
    page.get_by_label("Adresse e-mail").fill("ines@fournil.example")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.locator("#messages")).to_contain_text("L’invitation part vers")
    expect(page.locator("#contacts")).to_contain_text("ines@fournil.example")
    assert axe_violations(page) == []
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Retirer l’invitation d’Inès Kada").click()
    expect(page.locator("#messages")).to_contain_text("L’invitation est retirée")
    expect(page.locator("#contacts")).not_to_contain_text("ines@fournil.example")
    assert page.evaluate("window.stayed")


def test_the_account_answers_part_by_part(page: Page, site: str) -> None:
    sign_in(page, site, "/compte")
    page.evaluate("window.stayed = true")
    password = page.locator("#mot-de-passe")
    password.get_by_label("Mot de passe actuel").fill(PASSWORD)
    password.get_by_label("Nouveau mot de passe").fill("soleil")
    password.get_by_role("button").click()
    expect(password.locator(".error-summary")).to_contain_text("trop court")
    assert axe_violations(page) == []
    page.get_by_label("Un courriel par semaine").check()
    page.locator("#courriels").get_by_role("button").click()
    expect(page.locator("#messages")).to_contain_text("C’est noté pour vos courriels")
    expect(page.get_by_label("Un courriel par semaine")).to_be_checked()
    assert page.evaluate("window.stayed")


def test_everything_works_without_scripts(browser: Browser, site: str, cast: Cast) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site, path_of(cast))
    page.get_by_label("Chercher une organisation", exact=True).fill("bois")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("#organisations tbody tr")).to_have_count(1)
    page.goto(f"{site}/compte")
    page.get_by_label("Téléphone").fill("06 11 22 33 44")
    page.locator("#identite").get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("Vos coordonnées sont enregistrées")
    context.close()


def test_the_directory_proposes_as_one_types_and_a_click_fills_the_form(
    page: Page, site: str, app: Flask, cast: Cast
) -> None:
    path = f"{path_of(cast)}/nouvelle"
    with running() as service, app.app_context():
        engine = db.engine
        app.extensions["maillage_directory"] = Directory(service.address, lambda: Session(engine))
        sign_in(page, site, path)
        page.get_by_label("Chercher dans l’annuaire").press_sequentially("fournil")
        proposals = page.locator("#propositions li")
        expect(proposals).to_have_count(1)
        assert axe_violations(page) == []
        proposals.get_by_role("link").click()
        expect(page.get_by_label("SIRET ou SIREN")).to_have_value("73282932000074")
        expect(page.get_by_label("Effectif")).to_have_value("03")
        page.get_by_role("button", name="Ajouter").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("LE FOURNIL DU VAL")
        assert service.words[-1] == "fournil"


def test_two_records_are_made_one_and_parted_again(page: Page, site: str, cast: Cast) -> None:
    names = [cast.organisation(name).public_id for name in ("Le Fournil", "Atelier Bois")]
    cast.session.commit()
    sign_in(page, site, f"/organisations/{names[0]}/reunir/{names[1]}")
    page.get_by_role("radio", name="Atelier Bois").check()
    page.get_by_role("button", name="Réunir les deux fiches").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Atelier Bois")
    expect(page.locator("#contacts")).to_contain_text("Marc Oudot")
    expect(page.locator("#contacts")).to_contain_text("Lucie Perrin")
    page.get_by_role("button", name="Séparer les deux fiches").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Le Fournil")
    expect(page.locator("#contacts")).not_to_contain_text("Marc Oudot")


def test_a_mailed_link_opens_at_the_touch_of_its_button(
    page: Page, site: str, session: Session, cast: Cast
) -> None:
    now = clock.now()
    grant = issue_sign_in(session, cast.person("Lucie"), now)
    path = f"/lien/{LINKS.token(grant.public_id)}"
    session.commit()
    page.goto(f"{site}{path}")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Entrer dans Maillage").click()
    page.goto(f"{site}/compte")
    expect(page.locator("#identite")).to_contain_text("Adresse e-mail")
    expect(page.get_by_label("Nom et prénom")).to_have_value("Lucie Perrin")


# what fits hangs on the width, contrast on the scheme
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_every_page_is_accessible_and_fits(
    page: Page, site: str, session: Session, cast: Cast, width: int, scheme: str
) -> None:
    acting(session, None, Via.COMMAND, clock.now())
    organisation = cast.organisation("Le Fournil")
    guest = Guest("Inès Kada", "ines@fournil.example", "Gérante", note="Vu en mars")
    asker = cast.person("Anne").id
    grant = invite(session, organisation=organisation, guest=guest, asker_id=asker, now=clock.now())
    here, invitation = organisation.public_id, LINKS.token(grant.public_id)
    session.add_all(
        [
            ActivityZone(territory_id=cast.territory().id, name="Les Prés"),
            Organisation(
                name="SARL Fournil",
                kind=OrganisationKind.COMPANY,
                search_key="sarl fournil",
                created_at=clock.now(),
                territories=[cast.territory()],
            ),
        ]
    )
    session.commit()
    own = (
        f"/organisations/{here}{end}" for end in ("", "/modifier", "/contacts/nouveau", "/inviter")
    )
    place = path_of(cast).removesuffix("/organisations")
    atelier = cast.organisation("Atelier Bois").public_id
    zone = session.scalars(select(ActivityZone.public_id)).one()
    session.commit()
    lists = (f"{path_of(cast)}{end}" for end in ("", "/nouvelle"))
    more = (
        f"{place}/zones",
        f"{place}/zones/{zone}",
        f"/zones/{zone}",
        f"{place}/doublons",
        f"/organisations/{here}/reunir/{atelier}",
        "/mes-projets",
    )
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in (*OPEN_PAGES, f"/invitation/{invitation}"):
        assert_good(page, f"{site}{path}", width)
    sign_in(page, site, "/compte")
    for path in ("/compte", *lists, *own, *more):
        assert_good(page, f"{site}{path}", width)
