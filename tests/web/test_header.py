"""The header is drawn once and shown again: to whom it belongs, on the page that it is for."""

from __future__ import annotations

from collections.abc import Callable

import html5lib
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import TerritoryRole
from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import Cast

As = Callable[[str], FlaskClient]
XHTML = "{http://www.w3.org/1999/xhtml}"


def header(page: str) -> str:
    return page.split('<header class="site-header">')[1].split("</header>", maxsplit=1)[0]


def links(page: str) -> dict[str, tuple[str, str | None]]:
    """{text: (address, which kind of « current »)} of the links of a page's header."""
    return {
        "".join(link.itertext()).strip(): (link.get("href", ""), link.get("aria-current"))
        for link in html5lib.parse(header(page)).iter(f"{XHTML}a")
    }


def test_who_works_in_two_territories_reads_both_names(as_: As, cast: Cast) -> None:
    here, other = cast.territory(), cast.territory("Plaine de Sorne")
    read = links(as_("Karim").get(f"/territoires/{here.public_id}/plan").text)
    assert read[here.name] == (f"/territoires/{here.public_id}/plan", "true")
    assert read[other.name] == (f"/territoires/{other.public_id}/plan", None)


def test_the_page_that_one_looks_at_is_marked(as_: As) -> None:
    anne = as_("Anne")
    for path, label in (("/mes-etapes", "Mes étapes"), ("/aujourdhui", "Aujourd’hui")):
        marked = [text for text, (_, current) in links(anne.get(path).text).items() if current]
        assert marked == [label]


def test_nobody_reads_the_header_of_somebody_else(as_: As) -> None:
    pages = {name: as_(name).get("/mes-etapes").text for name in ("Anne", "Karim", "Anne")}
    assert "Anne" in header(pages["Anne"])
    assert "Karim" not in header(pages["Anne"])
    assert "Anne" not in header(pages["Karim"])


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_one_may_open_and_what_a_territory_is_called_are_read_anew(
    as_: As, cast: Cast, session: Session
) -> None:
    """The header of a page is kept for who looked at it: by what they are, not by who."""
    anne, place = as_("Anne"), cast.territory()
    page = f"/territoires/{place.public_id}/plan"
    before = links(anne.get(page).text)
    assert "Relances" in before and place.name in header(anne.get(page).text)
    acting(session, None, Via.COMMAND, clock.now())
    own = TerritoryRole.person_id == cast.person("Anne").id
    for role in session.scalars(select(TerritoryRole).where(own)):
        role.ended_on = role.started_on
    place.name = "Vallée renommée"
    session.commit()
    assert "Relances" not in links(anne.get(page).text)
    assert "Vallée renommée" in header(as_("Karim").get(page).text)


def test_one_signs_out_from_any_page_without_script(as_: As) -> None:
    page = as_("Anne").get("/compte").text
    assert 'form="act" formaction="/deconnexion"' in header(page)
    assert "csrf_token" not in header(page)
    form = page.split('<form id="act" method="post" hidden>')[1].split("</form>")[0]
    assert 'name="csrf_token"' in form


def test_a_visitor_is_offered_to_sign_in(client: FlaskClient) -> None:
    assert links(client.get("/aide").text)["Se connecter"] == ("/connexion", None)
