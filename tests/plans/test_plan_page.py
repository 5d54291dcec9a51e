"""The plan page: found again by anything one remembers of a project."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Territory, TerritoryRole
from app.core.folding import fold
from app.core.rank import spread
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerRole, ProjectKind, ProjectState, Stage
from app.plans.models import ActionPlan, Theme
from app.plans.queries.plan import PAGE
from app.plans.services.projects import open_project
from app.plans.services.steps import add_step
from tests.cast import BEGINNING, NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]


def add_projects(session: Session, cast: Cast, count: int) -> None:
    acting(session, None, Via.COMMAND, NOW)
    plan, fournil = cast.plan(), cast.organisation("Le Fournil").id
    for number, rank in enumerate(spread(count)):
        project = open_project(
            session,
            plan=plan,
            title=f"Projet numéro {number:03}",
            kind=ProjectKind.ACTION,
            synergy_type=None,
            lead_organisation_id=fournil,
            now=NOW,
        )
        project.rank, project.state = rank, ProjectState.ACTIVE
        add_step(session, project, title="Commencer", lead_organisation_id=fournil, now=BEGINNING)
    session.commit()


def test_the_pilot_finds_a_project_with_its_stage_and_lead(as_: As, cast: Cast) -> None:
    page = as_("Anne").get(f"/territoires/{cast.territory().public_id}/plan").text
    assert "Invendus du Fournil" in page
    assert "Opportunité qualifiée" in page
    assert "CC du Val d’Aubrive" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=INVENDÛS", {"Invendus du Fournil"}),
        ("q=rien-de-tel", set()),
        ("etat=draft", {"Piste confidentielle"}),
        ("stade=lasting", set()),
        ("statut=todo", {"Invendus du Fournil"}),
        ("statut=blocked", set()),
        ("retard=1", {"Invendus du Fournil"}),
        ("stade=nonsense", {"Invendus du Fournil", "Piste confidentielle"}),
    ],
)
def test_filters_find_what_they_say(as_: As, cast: Cast, asked: str, found: set[str]) -> None:
    page = as_("Anne").get(f"/territoires/{cast.territory().public_id}/plan?{asked}").text
    titles = {"Invendus du Fournil", "Piste confidentielle"}
    assert {title for title in titles if f">{title}</a>" in page} == found


def test_the_filter_by_organisation_finds_its_projects(as_: As, cast: Cast) -> None:
    address = f"/territoires/{cast.territory().public_id}/plan"
    anne, fournil = as_("Anne"), cast.organisation("Le Fournil").id
    page = anne.get(f"{address}?organisation={fournil}").text
    assert ">Invendus du Fournil</a>" in page
    assert ">Piste confidentielle</a>" not in page


def test_htmx_gets_the_list_alone(as_: As, cast: Cast) -> None:
    answer = as_("Anne").get(
        f"/territoires/{cast.territory().public_id}/plan?q=invendus",
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert answer.text.lstrip().startswith('<div id="projects">')
    assert "HX-Request-Type" in answer.headers["Vary"]


def test_a_company_finds_only_what_it_takes_part_in(as_: As, cast: Cast) -> None:
    page = as_("Lucie").get(f"/territoires/{cast.territory().public_id}/plan").text
    assert ">Invendus du Fournil</a>" in page
    assert "Piste confidentielle" not in page


def test_onlookers_are_not_told_what_is_behind(as_: As, cast: Cast) -> None:
    page = as_("Sylvie").get(f"/territoires/{cast.territory().public_id}/plan").text
    assert ">Invendus du Fournil</a>" in page
    assert "pill--overdue" not in page


def test_a_stranger_finds_no_plan(as_: As, cast: Cast) -> None:
    assert as_("Paul").get(f"/territoires/{cast.territory().public_id}/plan").status_code == 404


def test_long_plans_go_on_where_the_page_ends(as_: As, cast: Cast, session: Session) -> None:
    add_projects(session, cast, PAGE + 20)
    anne = as_("Anne")
    first = anne.get(f"/territoires/{cast.territory().public_id}/plan").text
    next_address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = anne.get(next_address.replace("&amp;", "&")).text
    shown = [
        {number for number in range(PAGE + 20) if f"Projet numéro {number:03}" in page}
        for page in (first, second)
    ]
    assert shown[0] | shown[1] == set(range(PAGE + 20))
    assert not shown[0] & shown[1]
    assert 'rel="next"' not in second


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_plan_page_runs_as_many_queries_for_any_number_of_projects(
    as_: As, cast: Cast, session: Session, queries: QueryCount, count: int
) -> None:
    add_projects(session, cast, count)
    anne, address = as_("Anne"), f"/territoires/{cast.territory().public_id}/plan"
    queries.reset()
    anne.get(address)
    assert len(queries) == 5, queries.statements


@pytest.mark.parametrize("count", [1, 3, 60])
def test_my_steps_run_as_many_queries_for_any_number_of_steps(
    as_: As, cast: Cast, session: Session, queries: QueryCount, count: int
) -> None:
    add_projects(session, cast, count)
    lucie = as_("Lucie")
    queries.reset()
    assert lucie.get("/mes-etapes").text.count("Commencer") == count
    assert len(queries) == 3, queries.statements


def test_a_territory_without_a_plan_opens_one_with_ten_axes(
    as_: As, cast: Cast, session: Session
) -> None:
    territory = Territory(name="Val Neuf", created_at=BEGINNING)
    acting(session, None, Via.COMMAND, NOW)
    session.add(territory)
    session.flush()
    session.add(
        TerritoryRole(
            person_id=cast.person("Anne").id,
            territory_id=territory.id,
            role=TerritoryRoleKind.PILOT,
            started_on=NOW.date(),
        )
    )
    session.commit()
    anne, address = as_("Anne"), f"/territoires/{territory.public_id}/plan"
    assert "n’a pas encore de plan" in anne.get(address).text
    assert anne.post(address, data={"title": " "}).status_code == 422
    data = {"title": "Plan neuf", "with_objectives": "y"}
    assert anne.post(address, data=data).status_code == 303
    assert "Le plan attend son premier projet" in anne.get(address).text
    session.rollback()
    themes = session.scalars(
        select(Theme).join(ActionPlan).where(ActionPlan.territory_id == territory.id)
    ).all()
    assert len(themes) == 10
    assert any("Favoriser les partenariats" in theme.title for theme in themes)
    assert any("alliances transfrontalières" in theme.aliases for theme in themes)


def test_a_new_project_is_carried_together_from_its_first_page(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    address = f"/plans/{cast.plan().public_id}/projets/nouveau"
    assert "Porté ensemble avec" in anne.get(address).text
    made = anne.post(
        address,
        data={
            "title": "Chaleur du four",
            "kind": "synergy",
            "synergy_type": "substitution",
            "theme_id": 0,
            "zone_id": 0,
            "lead_organisation_id": cast.organisation("CC du Val d’Aubrive").id,
            "co_owner_ids": [cast.organisation("CCI des Deux Rives").id],
            "contributor_ids": [
                cast.organisation("Le Fournil").id,
                cast.organisation("Atelier Bois").id,
            ],
        },
    )
    assert made.status_code == 303
    cast.session.rollback()
    project = cast.project("Chaleur du four")
    assert [(p.organisation.name, p.role) for p in project.partners] == [
        ("CC du Val d’Aubrive", PartnerRole.LEAD),
        ("CCI des Deux Rives", PartnerRole.CO_OWNER),
        ("Le Fournil", PartnerRole.CONTRIBUTOR),
        ("Atelier Bois", PartnerRole.CONTRIBUTOR),
    ]
    assert (project.state, project.stage) == (ProjectState.DRAFT, Stage.DISCUSSION)
    assert project.search_key == fold("Chaleur du four")
