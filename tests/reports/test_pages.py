"""The home page and the annual meeting’s page: who may open them, and what they read there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import html5lib
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.plans.kinds import MeasureMethod, Stage
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.reports import making

As = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/rencontre-annuelle"


def test_anybody_may_read_what_maillage_is(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Un projet se porte à plusieurs" in page
    assert "moins de trois entreprises" in page


def test_who_is_signed_in_goes_on_to_their_day(as_: As) -> None:
    answer = as_("Anne").get("/")
    assert (answer.status_code, answer.location) == (303, "/aujourdhui")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("Anne", 200),
        ("Karim", 200),
        ("Lucie", 200),
        ("Sylvie", 200),
        ("Henri", 200),
        ("Odile", 200),
        ("Paul", 404),
    ],
)
def test_the_meeting_is_for_who_belongs_to_the_territory(
    as_: As, cast: Cast, who: str, status: int
) -> None:
    assert as_(who).get(page_of(cast)).status_code == status


def test_visitors_sign_in_first(client: FlaskClient, cast: Cast) -> None:
    assert client.get(page_of(cast)).status_code == 303


@pytest.mark.parametrize("year", ["2025", "2027", "1", "99999999999"])
def test_a_year_outside_the_territorys_life_is_not_found(as_: As, cast: Cast, year: str) -> None:
    assert as_("Anne").get(f"{page_of(cast)}?annee={year}").status_code == 404


def test_the_page_is_sound_html_with_its_figures(as_: As, cast: Cast) -> None:
    page = as_("Henri").get(page_of(cast)).text
    html5lib.HTMLParser(strict=True).parse(page)
    assert "Rencontre annuelle 2026" in page
    assert "entreprises engagées" in page
    assert "3\u00a0étapes au plan" in page or "3 étapes au plan" in page


def test_projection_has_its_class_and_a_way_out(as_: As, cast: Cast) -> None:
    page = as_("Henri").get(f"{page_of(cast)}?projection=1").text
    assert '<html lang="fr" class="projection">' in page
    assert "Quitter la projection" in page


def test_a_figure_of_two_firms_is_not_to_be_read(as_: As, session: Session, cast: Cast) -> None:
    fournil, bois = (cast.organisation(name).id for name in ("Le Fournil", "Atelier Bois"))
    third = making.company(session, cast.territory(), "Cartonnage Carlier")
    two = making.project(
        session, cast.plan(), "Bennes", date(2026, 3, 9), [fournil, bois], stage=Stage.OPERATIONAL
    )
    three = making.project(
        session,
        cast.plan(),
        "Cuves",
        date(2026, 3, 9),
        [fournil, bois, third],
        stage=Stage.OPERATIONAL,
    )
    making.figure(session, two, "Bois", 2026, "4321", unit="t")
    making.figure(session, three, "Eau", 2026, "8765", unit="m³", method=MeasureMethod.DECLARED)
    session.commit()
    page = as_("Anne").get(page_of(cast)).text
    assert "non publiable" in page and "4\u202f321" not in page and "4321" not in page
    assert "8\u202f765" in page and "déclaré par les partenaires" in page


def test_a_firm_that_did_not_agree_is_named_nowhere(as_: As, session: Session, cast: Cast) -> None:
    page = as_("Anne").get(page_of(cast)).text
    assert "Fournil" not in page and "Atelier Bois" not in page


@pytest.mark.parametrize("number", [1, 3, 300])
def test_the_page_runs_as_many_queries_whatever_the_plan(
    as_: As, session: Session, cast: Cast, queries: QueryCount, number: int
) -> None:
    fournil = cast.organisation("Le Fournil").id
    for count in range(number):
        made = making.project(session, cast.plan(), f"Projet {count}", date(2026, 3, 9), [fournil])
        making.step(session, made, fournil, "Étape", date(2026, 3, 9))
    session.commit()
    henri = as_("Henri")
    queries.reset()
    assert "projets au plan" in henri.get(page_of(cast)).text
    assert len(queries) == 13, (len(queries), queries.statements)
