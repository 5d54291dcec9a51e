"""The project page: who reads what, and in how many queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.services.steps import add_step
from tests.cast import BEGINNING, NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]


def test_the_pilot_reads_the_steps_with_who_and_when(as_: As, cast: Cast) -> None:
    page = as_("Anne").get(f"/projets/{cast.project().public_id}").text
    assert "Peser les invendus" in page
    assert "Le Fournil – Lucie Perrin" in page
    assert "17\u00a0avr.\u00a02026" in page


def test_a_company_reads_what_it_carries_with_whom(as_: As, cast: Cast) -> None:
    page = as_("Lucie").get(f"/projets/{cast.project().public_id}").text
    assert "Atelier Bois" in page
    assert "42 kg par semaine" in page


def test_an_onlooker_learns_neither_who_is_behind_nor_how_much(as_: As, cast: Cast) -> None:
    for onlooker in ("Sylvie", "Henri"):
        page = as_(onlooker).get(f"/projets/{cast.project().public_id}").text
        assert "0 sur 3" in page
        assert "Fabriquer les caisses" not in page
        assert "kg par semaine" not in page


def test_a_stranger_does_not_learn_that_the_project_exists(as_: As, cast: Cast) -> None:
    there = as_("Paul").get(f"/projets/{cast.project().public_id}")
    nowhere = as_("Paul").get("/projets/nothing-here")
    assert there.status_code == nowhere.status_code == 404
    assert there.text == nowhere.text


@pytest.mark.parametrize("steps", [1, 3, 300])
def test_the_page_runs_five_queries_whatever_the_number_of_steps(
    as_: As, cast: Cast, session: Session, queries: QueryCount, steps: int
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    project = cast.project()
    for number in range(steps):
        add_step(
            session,
            project,
            title=f"Étape {number}",
            lead_organisation_id=cast.organisation("Le Fournil").id,
            due_on=date(2026, 5, 4),
            now=BEGINNING,
        )
    session.commit()
    anne, address = as_("Anne"), f"/projets/{project.public_id}"
    queries.reset()
    assert f"Étape {steps - 1}" in anne.get(address).text
    assert len(queries) == 4, queries.statements


def test_a_form_without_its_version_overwrites_nothing(
    as_: As, session: Session, cast: Cast
) -> None:
    project, step = cast.project().public_id, cast.step().public_id
    session.commit()
    for path in (f"/projets/{project}/modifier", f"/etapes/{step}/modifier"):
        lead = str(cast.organisation("Le Fournil").id)
        session.commit()
        typed = {"title": "Autre chose", "lead_organisation_id": lead, "theme_id": "0"}
        assert as_("Anne").post(path, data=typed).status_code in {409, 422}
    session.expire_all()
    assert cast.project().title == "Invendus du Fournil"
    assert cast.step().title == "Peser les invendus"
