"""« Mes projets »: an adviser's projects over every territory on one page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerState, ProjectState, StepStatus
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.reports.making import project

As = Callable[[str], FlaskClient]


def test_an_adviser_sees_the_projects_of_both_territories(as_: As, cast: Cast) -> None:
    page = as_("Karim").get("/mes-projets").text
    for shown in (
        "Invendus du Fournil",
        "Val d’Aubrive",
        "Sciure pour la chaufferie",
        "Plaine de Sorne",
        "Co-porteur",
        "Chiffrer le transport",
    ):
        assert shown in page


def test_one_territory_alone(as_: As, cast: Cast, session: Session) -> None:
    sorne = cast.territory("Plaine de Sorne").public_id
    session.rollback()
    page = as_("Karim").get(f"/mes-projets?territoire={sorne}").text
    assert "Sciure pour la chaufferie" in page
    assert "Invendus du Fournil" not in page


@pytest.mark.parametrize(("who", "name"), [("Lucie", "Plaine de Sorne"), ("Paul", "Val d’Aubrive")])
def test_a_territory_that_one_does_not_see_is_not_known_here(
    as_: As, cast: Cast, session: Session, who: str, name: str
) -> None:
    public_id = cast.territory(name).public_id
    session.rollback()
    assert as_(who).get(f"/mes-projets?territoire={public_id}").status_code == 404
    assert as_(who).get("/mes-projets?territoire=nowhere").status_code == 404


def test_nobody_sees_what_is_not_theirs(as_: As, cast: Cast) -> None:
    lucie = as_("Lucie").get("/mes-projets").text
    assert "Invendus du Fournil" in lucie
    assert "Sciure" not in lucie
    assert "Piste confidentielle" not in lucie
    assert "Piste confidentielle" in as_("Anne").get("/mes-projets").text


def test_who_looks_on_reads_no_step(as_: As, cast: Cast) -> None:
    page = as_("Sylvie").get("/mes-projets").text
    assert "Invendus du Fournil" in page
    assert "Fabriquer les caisses" not in page
    assert "échéance passée" not in page


def test_the_next_step_is_the_open_one_with_the_nearest_date(
    as_: As, cast: Cast, session: Session
) -> None:
    assert "Fabriquer les caisses" in as_("Karim").get("/mes-projets").text
    acting(session, None, Via.COMMAND, NOW)
    step = cast.step("Fabriquer les caisses")
    step.status, step.done_on = StepStatus.DONE, NOW.date()
    session.commit()
    page = as_("Karim").get("/mes-projets").text
    assert "Fabriquer les caisses" not in page
    assert "Peser les invendus" in page


def test_a_firm_that_leads_a_step_only_finds_the_project_too(
    as_: As, cast: Cast, session: Session
) -> None:
    acting(session, None, Via.COMMAND, NOW)
    place = cast.person("Marc").memberships[0]
    place.organisation_id = cast.organisation("Scierie de la Sorne").id
    place.is_default = True
    session.commit()
    page = as_("Marc").get("/mes-projets").text
    assert "Sciure pour la chaufferie" in page
    assert "une étape à mener" in page


def test_what_is_over_has_its_own_tab(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
    cast.project().state = ProjectState.CLOSED
    session.commit()
    assert "Invendus du Fournil" not in as_("Karim").get("/mes-projets").text
    assert "Invendus du Fournil" in as_("Karim").get("/mes-projets?etat=termines").text


def test_a_partner_who_left_finds_it_no_more(as_: As, cast: Cast, session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)
    cci = cast.organisation("CCI des Deux Rives").id
    part = next(one for one in cast.project().partners if one.organisation_id == cci)
    part.state = PartnerState.RETIRED
    session.commit()
    assert "Invendus du Fournil" not in as_("Karim").get("/mes-projets").text


@pytest.mark.parametrize(("who", "shown"), [("Karim", True), ("Lucie", False), ("Odile", False)])
def test_the_menu_offers_it_to_who_works_over_territories(as_: As, who: str, shown: bool) -> None:
    assert ('href="/mes-projets"' in as_(who).get("/aujourdhui").text) is shown


def test_an_empty_page_says_what_will_stand_here(as_: As) -> None:
    assert "Vos organisations ne portent aucun projet" in as_("Odile").get("/mes-projets").text


def test_as_many_queries_for_many_projects_as_for_one(
    as_: As, cast: Cast, session: Session, queries: QueryCount
) -> None:
    karim, counts = as_("Karim"), []
    for number in (1, 3, 60):
        cci = cast.organisation("CCI des Deux Rives").id
        for place in range(number):
            project(session, cast.plan(), f"Projet {number}-{place}", NOW.date(), [cci])
        session.commit()
        queries.reset()
        assert karim.get("/mes-projets").status_code == 200
        counts.append(len(queries))
    assert counts == [3, 3, 3]
