"""A project's tracking sheet: its period and the tracker's texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.plans.kinds import Priority
from app.plans.models import TrackingSheet
from tests.cast import Cast

As = Callable[[str], FlaskClient]
TOLD = {
    "starts_on": "2026-03-01",
    "ends_on": "2027-12-31",
    "priority": "high",
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
    assert project.priority is Priority.HIGH
    assert session.scalars(select(TrackingSheet)).one().governance == "COPIL annuel"
    assert "COPIL annuel" in anne.get(where).text


def test_who_observes_reads_the_period_and_not_the_texts(
    as_: As, session: Session, cast: Cast
) -> None:
    anne, where = as_("Anne"), f"/projets/{cast.project().public_id}/fiche"
    anne.post(f"{where}/modifier", data=TOLD | {"version": version(anne, f"{where}/modifier")})
    page = as_("Sylvie").get(where).text
    assert "1er\u00a0mars 2026" in page
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
        ({"starts_on": "2027-01-01", "ends_on": "2026-01-01"}, "La fin vient avant le début"),
    ],
)
def test_what_cannot_be_is_told(as_: As, cast: Cast, told: dict[str, str], said: str) -> None:
    anne, where = as_("Anne"), f"/projets/{cast.project().public_id}/fiche/modifier"
    answer = anne.post(where, data=TOLD | {"version": version(anne, where)} | told)
    assert answer.status_code == 422
    assert said in answer.text
