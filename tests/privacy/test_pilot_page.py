"""The pilot's page about people: the same queries however many there are, and in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from app.accounts.grants import issue_grant
from app.accounts.kinds import GrantPurpose, MembershipRole
from app.accounts.links import Links
from app.accounts.models import Person
from app.accounts.services.people import give_place, new_person
from app.core import clock
from app.privacy.kinds import Cause
from app.privacy.services.requests import ask_for
from app.privacy.services.retention import YEAR
from tests.cast import BEGINNING, TODAY, Cast
from tests.conftest import SECRET, QueryCount
from tests.parts.browser import axe_violations, serving

As = Callable[[str], FlaskClient]


def contacts(session: Session, cast: Cast, count: int) -> list[Person]:
    """Contacts of the bakery without address, account or news."""
    made = []
    for number in range(count):
        person = new_person(
            session, name=f"Ada Levain {number}", email=None, now=BEGINNING - 4 * YEAR
        )
        give_place(
            session,
            person_id=person.id,
            organisation_id=cast.organisation("Le Fournil").id,
            role=MembershipRole.MEMBER,
            function=None,
            today=TODAY,
        )
        made.append(person)
    return made


def page_of(cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/donnees-personnelles"


@pytest.mark.parametrize("count", [1, 3, 20])
def test_the_page_costs_the_same_for_any_number(
    as_: As, session: Session, cast: Cast, queries: QueryCount, begin: object, count: int
) -> None:
    for person in contacts(session, cast, count)[::2]:
        ask_for(
            session,
            person,
            cause=Cause.PILOT,
            asked_by_id=cast.person("Anne").id,
            now=clock.now(),
        )
    path = page_of(cast)
    session.commit()
    anne = as_("Anne")
    queries.reset()
    assert anne.get(path).text.count("Ada Levain") >= count
    assert len(queries) == 6


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    app.config["WTF_CSRF_ENABLED"] = True
    with serving(app) as url:
        yield url


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_person_erases_themselves_on_a_phone(
    page: Page, site: str, session: Session, cast: Cast
) -> None:
    lucie = cast.person("Lucie").id
    grant = issue_grant(
        session,
        person_id=lucie,
        purpose=GrantPurpose.PERSONAL_DATA,
        subject_kind="person",
        subject_id=lucie,
        now=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )
    session.commit()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(Links(SECRET, site).url("/mes-donnees", grant.public_id))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes données")
    assert axe_violations(page) == []
    with page.expect_download() as copy:
        page.get_by_role("button", name="Télécharger mes données").click()
    assert copy.value.suggested_filename.endswith(".zip")
    page.get_by_role("button", name="Effacer mes données maintenant").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("vos données sont effacées")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_pages_can_be_read_by_everybody(page: Page, site: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/mes-donnees", "/confidentialite", "/mes-donnees/x"):
        page.goto(f"{site}{path}")
        assert axe_violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
