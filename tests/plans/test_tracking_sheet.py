"""A project's tracking sheet: its period, its money and the tracker's texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.plans.kinds import Priority
from app.plans.models import Funding, TrackingSheet
from tests.cast import Cast

As = Callable[[str], FlaskClient]
TOLD = {
    "starts_on": "2026-03-01",
    "ends_on": "2027-12-31",
    "priority": "high",
    "budget": "20 000,50 €",
    "fundings": "ADEME : 12 000 €\nRégion",
    "governance": "COPIL annuel",
}


@pytest.fixture
def engine_name() -> str:
    """What the page says does not hang on the engine."""
    return "sqlite"


def version(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', client.get(address).text)
    assert found
    return found[1]


def test_what_is_written_is_read_again(as_: As, session: Session, cast: Cast) -> None:
    anne, where = as_("Anne"), f"/projets/{cast.project().public_id}/fiche"
    seen = version(anne, f"{where}/modifier")
    assert anne.post(f"{where}/modifier", data=TOLD | {"version": seen}).status_code == 303
    session.rollback()
    project = cast.project()
    assert (project.starts_on, project.ends_on) == (date(2026, 3, 1), date(2027, 12, 31))
    assert (project.priority, project.budget_cents) == (Priority.HIGH, 2_000_050)
    funds = session.scalars(select(Funding).order_by(Funding.rank))
    assert [(one.funder, one.amount_cents) for one in funds] == [
        ("ADEME", 1_200_000),
        ("Région", None),
    ]
    assert session.scalars(select(TrackingSheet)).one().governance == "COPIL annuel"
    assert "COPIL annuel" in anne.get(where).text
    assert "12\u202f000\u00a0€" in anne.get(where).text


def test_who_observes_reads_the_money_and_not_the_texts(
    as_: As, session: Session, cast: Cast
) -> None:
    anne, where = as_("Anne"), f"/projets/{cast.project().public_id}/fiche"
    anne.post(f"{where}/modifier", data=TOLD | {"version": version(anne, f"{where}/modifier")})
    page = as_("Sylvie").get(where).text
    assert "12\u202f000\u00a0€" in page
    assert "COPIL annuel" not in page
    assert as_("Paul").get(where).status_code == 404


def test_an_older_form_overwrites_nothing(as_: As, session: Session, cast: Cast) -> None:
    anne, where = as_("Anne"), f"/projets/{cast.project().public_id}/fiche/modifier"
    seen = version(anne, where)
    anne.post(where, data=TOLD | {"version": seen})
    other = TOLD | {"version": seen, "governance": "Autre chose"}
    answer = anne.post(where, data=other)
    assert answer.status_code == 409
    assert "Autre chose" in answer.text and "COPIL annuel" in answer.text
    session.rollback()
    assert session.scalars(select(TrackingSheet)).one().governance == "COPIL annuel"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"budget": "beaucoup"}, "Écrivez un montant"),
        ({"fundings": "ADEME : à voir"}, "Écrivez par exemple"),
        ({"starts_on": "2027-01-01", "ends_on": "2026-01-01"}, "La fin vient avant le début"),
    ],
)
def test_what_cannot_be_is_told(as_: As, cast: Cast, told: dict[str, str], said: str) -> None:
    anne, where = as_("Anne"), f"/projets/{cast.project().public_id}/fiche/modifier"
    answer = anne.post(where, data=TOLD | {"version": version(anne, where)} | told)
    assert answer.status_code == 422
    assert said in answer.text
