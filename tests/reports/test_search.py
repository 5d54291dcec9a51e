"""« Rechercher »: what one may see is found by some letters; nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.folding import fold
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.reports.queries.search import SHOWN
from tests.cast import BEGINNING, NOW, Cast, colleague
from tests.conftest import QueryCount
from tests.plans.test_plan_page import add_projects

As = Callable[[str], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def found(client: FlaskClient, typed: str) -> list[str]:
    """The names that the header's list shows."""
    answer = client.get("/recherche", query_string={"q": typed}, headers=HTMX)
    assert answer.status_code == 200
    return re.findall(r'<li><a href="[^"]+">([^<]+?)(?: <small|</a>)', answer.text)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("fournil", ["Invendus du Fournil", "Le Fournil"]),
        ("FOURNÏLS", ["Invendus du Fournil", "Le Fournil"]),
        ("invendu", ["Invendus du Fournil"]),
        ("ateliers bois", ["Atelier Bois"]),
        ("bois atelier", ["Atelier Bois"]),
        ("perrin", ["Lucie Perrin"]),
        ("confidentielle", ["Piste confidentielle"]),
        ("%", []),
        ("a", []),
        ("zzz", []),
    ],
)
def test_some_letters_find_accents_and_plurals_forgiven(
    as_: As, typed: str, names: list[str]
) -> None:
    assert found(as_("Anne"), typed) == names


@pytest.mark.parametrize(
    ("who", "typed", "names"),
    [
        ("Paul", "fournil", []),
        ("Paul", "perrin", []),
        ("Paul", "scierie", ["Scierie de la Sorne"]),
        ("Anne", "scierie", []),
        ("Anne", "sciure", []),
        ("Karim", "sciure", ["Sciure pour la chaufferie"]),
        ("Lucie", "confidentielle", []),
        ("Karim", "confidentielle", []),
        ("Henri", "confidentielle", []),
        # a partner reads the firms of the project, their people on the firm's page
        ("Lucie", "atelier", ["Atelier Bois"]),
        ("Lucie", "oudot", []),
        ("Henri", "oudot", ["Marc Oudot"]),
        ("Odile", "sciure", ["Sciure pour la chaufferie"]),
    ],
)
def test_nobody_finds_what_they_may_not_see(
    as_: As, who: str, typed: str, names: list[str]
) -> None:
    assert found(as_(who), typed) == names


def test_what_begins_with_the_words_comes_first(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
    for name in ("Le Bon Pain", "Compagnons", "Pains du Val", "Pain d’Or"):
        session.add(
            Organisation(
                name=name,
                kind="company",
                search_key=fold(name),
                created_at=BEGINNING,
                territories=[cast.territory()],
            )
        )
    session.commit()
    assert found(as_("Anne"), "pain") == ["Pain d’Or", "Pains du Val", "Le Bon Pain"]
    assert found(as_("Anne"), "pa") == ["Pain d’Or", "Pains du Val", "Le Bon Pain", "Compagnons"]


def test_whoever_left_is_not_found(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
    place = colleague(session, cast)
    session.commit()
    assert found(as_("Anne"), "nadia") == ["Nadia Roy"]
    place.ended_on = NOW.date()
    session.commit()
    assert found(as_("Anne"), "nadia") == []


def test_without_script_the_page_shows_the_same(as_: As) -> None:
    page = as_("Anne").get("/recherche?q=fournil").text
    assert 'value="fournil"' in page
    assert "Le Fournil" in page.split('id="resultats"')[1]
    assert "Rien de ce nom" in as_("Anne").get("/recherche?q=zzz").text


@pytest.mark.parametrize("count", [1, 30])
def test_a_search_runs_four_queries_whatever_it_finds(
    as_: As, cast: Cast, session: Session, queries: QueryCount, count: int
) -> None:
    add_projects(session, cast, count)
    anne = as_("Anne")
    queries.reset()
    answer = anne.get("/recherche?q=projet", headers=HTMX)
    assert len(queries) == 4, queries.statements
    assert answer.text.count("<li>") == min(count, SHOWN)
    assert ("Et d’autres" in answer.text) == (count > SHOWN)
