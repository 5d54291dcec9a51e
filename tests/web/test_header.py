"""The header is drawn once and shown again: to whom it belongs, on the page that it is for."""

from __future__ import annotations

from collections.abc import Callable

import html5lib
from flask.testing import FlaskClient

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


def test_one_signs_out_from_any_page_without_script(as_: As) -> None:
    page = as_("Anne").get("/compte").text
    assert 'form="act" formaction="/deconnexion"' in header(page)
    assert "csrf_token" not in header(page)
    form = page.split('<form id="act" method="post" hidden>')[1].split("</form>")[0]
    assert 'name="csrf_token"' in form


def test_a_visitor_is_offered_to_sign_in(client: FlaskClient) -> None:
    assert links(client.get("/aide").text)["Se connecter"] == ("/connexion", None)
