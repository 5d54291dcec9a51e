"""The ten objectives: what feeds them, by the plan's axes or by a link; who reads what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.format import NodeDraft, read
from app.frameworks.models import Framework
from app.frameworks.services import import_files
from app.maturity.feeding import PlannedProject, objectives
from app.maturity.models import Evidence
from app.plans.kinds import ProjectState, Stage
from app.plans.outline import SCENARIO3
from app.plans.outline import objectives as template
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
FILE = Path(__file__).parents[2] / "seeds" / "frameworks" / "scenario3.md"


@pytest.fixture
def page(on_tuesday: None, session: Session, cast: Cast) -> str:
    import_files(session, [FILE], now=NOW)
    session.commit()
    framework = session.scalars(select(Framework)).one().public_id
    return f"/territoires/{cast.territory().public_id}/objectifs/{framework}"


def project(number: int, axis: str | None, **more: object) -> PlannedProject:
    plain = {
        "public_id": f"p{number}",
        "title": f"Projet {number}",
        "stage": Stage.DISCUSSION,
        "state": ProjectState.ACTIVE,
        "axis_names": "",
    }
    return PlannedProject(id=number, axis=axis, **{**plain, **more})  # type: ignore[arg-type]


ROOTS = (
    NodeDraft(
        "s",
        "S",
        children=(NodeDraft("s.1", "L’eau d’ici", parent="s", keys={"alias": "Eau · Rivière"}),),
    ),
)


def test_the_framework_says_what_the_template_of_the_plan_says() -> None:
    (root,) = read([("s3.md", FILE.read_bytes())]).roots
    raw = yaml.safe_load(SCENARIO3.read_text("utf-8"))["themes"]
    assert [node.title for node in root.children] == [axis.title for axis in template()]
    assert [node.keys.get("alias", "") for node in root.children] == [
        " · ".join(one["aliases"]) for one in raw
    ]
    assert [node.sections["Action"] for node in root.children] == [one["action"] for one in raw]


@pytest.mark.parametrize("axis", ["L'EAU D'ICI", "riviere", "Eau"])
def test_an_axis_means_an_objective_by_any_of_its_names(axis: str) -> None:
    (found,) = objectives(ROOTS, [project(1, axis)], [])
    assert [one.project.public_id for one in found.feeders] == ["p1"]
    (by_alias,) = objectives(ROOTS, [project(1, "Autre", axis_names=f"Rien · {axis}")], [])
    assert [one.link for one in by_alias.feeders] == [None]


def test_a_project_counts_once_and_a_draft_for_nobody() -> None:
    works = project(2, None, stage=Stage.LASTING)
    draft = project(3, "Eau", state=ProjectState.DRAFT)
    paused = project(4, "Eau", stage=Stage.OPERATIONAL, state=ProjectState.PAUSED)
    links = [("s.1", 2, "first"), ("s.1", 2, "second"), ("elsewhere", 4, "x")]
    (found,) = objectives(ROOTS, [project(1, "Eau"), works, draft, paused], links)
    assert [(one.project.id, one.link) for one in found.feeders] == [
        (2, "first"),
        (1, None),
        (3, None),
        (4, None),
    ]
    assert (found.launched, found.operational) == (3, 1)


def test_what_nothing_feeds_says_where_to_begin(as_: As, page: str) -> None:
    shown = as_("Henri").get(page).text
    assert shown.count("Par où commencer") == 10
    assert "Relier un projet" not in shown


def test_a_project_is_linked_taken_off_and_brought_back(
    as_: As, page: str, session: Session, cast: Cast
) -> None:
    anne, title = as_("Anne"), "Invendus du Fournil"
    assert f"{title}</option>" in anne.get(f"{page}?relier=s3.5").text
    data = {"project": cast.project().public_id}
    anne.post(f"{page}/s3.5/projets", data=data)
    assert f"«\u00a0{title}\u00a0» nourrit cet objectif" in anne.get(page).text
    assert f"{title}</a>" in as_("Henri").get(page).text
    anne.post(f"{page}/s3.5/projets", data=data)
    assert "déjà reliée" in anne.get(page).text
    session.rollback()
    (link,) = session.scalars(select(Evidence.public_id)).all()
    anne.post(f"{page}/preuves/{link}/retirer")
    assert "n’est plus relié" in anne.get(page).text
    assert f"{title}</a>" not in as_("Henri").get(page).text
    anne.post(f"{page}/preuves/{link}/remettre")
    assert f"{title}</a>" in as_("Henri").get(page).text


def test_onlookers_read_no_draft_and_change_nothing(as_: As, page: str, cast: Cast) -> None:
    draft = cast.project("Piste confidentielle")
    anne = as_("Anne")
    anne.post(f"{page}/s3.1/projets", data={"project": draft.public_id})
    assert "Piste confidentielle</a>" in anne.get(page).text
    for onlooker in ("Sylvie", "Henri"):
        assert "Piste confidentielle" not in as_(onlooker).get(page).text
        data = {"project": cast.project().public_id}
        assert as_(onlooker).post(f"{page}/s3.1/projets", data=data).status_code == 403


def test_a_project_of_another_territory_feeds_nothing_here(
    as_: As, page: str, session: Session, cast: Cast
) -> None:
    other = cast.project("Sciure pour la chaufferie").public_id
    as_("Anne").post(f"{page}/s3.1/projets", data={"project": other})
    session.rollback()
    assert session.scalars(select(Evidence)).all() == []


@pytest.mark.parametrize("linked", [0, 3])
def test_the_page_runs_nine_queries_whatever_feeds_it(
    as_: As, page: str, cast: Cast, queries: QueryCount, linked: int
) -> None:
    anne = as_("Anne")
    for number in range(1, linked + 1):
        data = {"project": cast.project().public_id}
        anne.post(f"{page}/s3.{number}/projets", data=data)
    queries.reset()
    anne.get(page)
    assert len(queries) <= 9, queries.statements
