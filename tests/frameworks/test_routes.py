"""Référentiels as everybody who signs in reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import Framework
from app.frameworks.services import Source, import_files, import_sources
from tests.cast import CAST, NOW
from tests.frameworks.samples import PLAIN

As = Callable[[str], FlaskClient]


@pytest.fixture
def address(session: Session) -> str:
    """Two versions of a framework; the first has an editor's note and a dangerous link."""
    first = PLAIN.replace(
        "Un inventaire partagé.", "(déplacé de la MOE) Un **inventaire** [ici](javascript:x)."
    )
    for text in (first, PLAIN):
        import_sources(session, [Source("a.md", "a.md", text.encode(), "ateliers")], now=NOW)
        session.commit()
    public_id = session.scalars(select(Framework.public_id)).one()
    return f"/referentiels/{public_id}"


@pytest.mark.parametrize("name", CAST)
def test_everybody_who_signs_in_reads_them(as_: As, address: str, name: str) -> None:
    listing = as_(name).get("/referentiels").text
    assert "Relier les ateliers" in listing
    assert "Version 2 du 7\u00a0avril 2026" in listing
    assert as_(name).get(address).status_code == 200


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient, address: str) -> None:
    for page in ("/referentiels", address):
        assert client.get(page).status_code == 303


def test_the_tree_tells_weights_categories_sections_and_lines(as_: As, address: str) -> None:
    page = as_("Anne").get(address).text
    for words in (
        "40\u00a0points",
        "60\u202f%",
        "7.1.1 – Connaître les flux",
        "mise en œuvre",
        "Une chaufferie commune.",
        "a.md, ligne 10",
        "version 2 du 7\u00a0avril 2026",
    ):
        assert words in page


def test_what_the_file_says_beyond_the_format_is_shown(as_: As, session: Session) -> None:
    text = PLAIN.replace(
        "points: 40\n",
        "points: beaucoup\npointsDOM: 3\ncouleur: <b>vert</b> (déplacé de la MOE)\nvide:\n",
    )
    import_sources(session, [Source("a.md", "a.md", text.encode(), "ateliers")], now=NOW)
    session.commit()
    public_id = session.scalars(select(Framework.public_id)).one()
    page = as_("Anne").get(f"/referentiels/{public_id}").text
    for words in (
        "Autres indications du fichier",
        "<dt>Points en outre-mer</dt><dd>3</dd>",
        "<dt><code>couleur</code></dt><dd>&lt;b&gt;vert&lt;/b&gt;</dd>",
        "<dt>Points, tels qu’écrits</dt><dd>beaucoup</dd>",
        "<dt><code>vide</code></dt><dd>–</dd>",
    ):
        assert words in page, words
    # what the heading line tells already is not told twice
    assert page.count("Autres indications du fichier") == 1


def test_every_framework_of_our_catalogue_is_read_with_all_that_its_file_says(
    as_: As, session: Session
) -> None:
    folder = Path(__file__).parents[2] / "seeds" / "frameworks"
    import_files(session, sorted(folder.glob("*.md")), now=NOW)
    session.commit()
    for public_id in session.scalars(select(Framework.public_id)).all():
        page = as_("Anne").get(f"/referentiels/{public_id}")
        assert page.status_code == 200
        assert "Autres indications du fichier" in page.text


def test_an_older_version_stays_readable_and_its_text_is_safe(as_: As, address: str) -> None:
    old = as_("Anne").get(f"{address}?version=1").text
    assert "<strong>inventaire</strong>" in old
    assert "javascript:" not in old
    assert "déplacé de la MOE" not in old


@pytest.mark.parametrize("tail", ["x", "?version=9", "?version=-1", "?version=un"])
def test_what_is_not_there_is_not_found(as_: As, address: str, tail: str) -> None:
    assert as_("Anne").get(f"{address}{tail}").status_code == 404


def test_without_a_framework_the_list_says_how_one_comes_in(as_: As) -> None:
    assert "framework import" in as_("Anne").get("/referentiels").text
