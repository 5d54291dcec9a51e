"""What a project is for: the criteria, deliverables and objectives that it proves or feeds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.models import Framework
from app.frameworks.services import import_files
from app.maturity.models import Assessment
from app.maturity.services.evidence import link_evidence
from app.plans.kinds import ProjectState
from app.plans.models import Theme
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.maturity.samples import CALL_KEY, KEY, follow_call

As = Callable[[str], FlaskClient]
SCENARIO = Path(__file__).parents[2] / "seeds" / "frameworks" / "scenario3.md"
OBJECTIVES = "maillage-scenario3"


@pytest.fixture
def panel(opened: Assessment, session: Session, cast: Cast) -> str:
    """Beside the ladder stand a call that the Val follows, and ten objectives."""
    follow_call(session, cast, {"aac.1.1": date(2026, 4, 20)})
    import_files(session, [SCENARIO], now=NOW)
    session.commit()
    return f"/projets/{cast.project().public_id}/maturite"


def prove(session: Session, cast: Cast, key: str, ref: str, subject: object = None) -> None:
    link_evidence(
        session,
        territory_id=cast.territory().id,
        framework_key=key,
        ref=ref,
        subject=subject or cast.project(),  # type: ignore[arg-type]
        person_id=None,
        now=NOW,
    )
    session.commit()


def page_of(session: Session, cast: Cast, kind: str, key: str) -> str:
    framework = session.scalars(select(Framework.public_id).where(Framework.key == key)).one()
    return f"/territoires/{cast.territory().public_id}/{kind}/{framework}"


def test_it_lists_criteria_deliverables_and_objectives_each_with_its_way(
    as_: As, panel: str, session: Session, cast: Cast
) -> None:
    prove(session, cast, KEY, "7.1")
    prove(session, cast, CALL_KEY, "aac.1.1", cast.step())
    prove(session, cast, OBJECTIVES, "s3.5")
    ways = [
        page_of(session, cast, kind, key)
        for kind, key in (
            ("maturite", KEY),
            ("programmes", CALL_KEY),
            ("objectifs", OBJECTIVES),
        )
    ]
    for follower in ("Anne", "Henri"):
        shown = as_(follower).get(panel).text
        assert f'href="{ways[0]}/7.1"' in shown
        assert f'href="{ways[1]}#point-aac.1.1"' in shown
        assert f'href="{ways[2]}#objectif-s3.5"' in shown
    assert "par l’étape «\u00a0Peser les invendus\u00a0»" in as_("Anne").get(panel).text
    # who looks on reads the deliverable, not whose step is waited for
    assert "Peser les invendus" not in as_("Henri").get(panel).text


def test_an_axis_of_the_plan_feeds_its_objective_until_the_project_is_abandoned(
    as_: As, panel: str, session: Session, cast: Cast
) -> None:
    project = cast.project()
    axis = "Développer des circuits courts d’approvisionnement"
    theme = project.theme or session.scalars(select(Theme)).first()
    assert theme is not None
    theme.title, theme.aliases = "Autre nom", f"Rien · {axis}"
    project.theme_id = theme.id
    session.commit()
    shown = as_("Anne").get(panel).text
    assert "par l’axe «\u00a0Autre nom\u00a0» du plan" in shown
    assert "#objectif-s3.5" in shown
    session.rollback()
    project.state, project.ended_reason = ProjectState.ABANDONED, "Plus d’invendus"
    session.commit()
    assert "#objectif-" not in as_("Anne").get(panel).text


def test_it_is_linked_to_a_deliverable_and_to_an_objective_from_there(
    as_: As, panel: str, cast: Cast
) -> None:
    anne = as_("Anne")
    offered = anne.get(panel).text
    assert f'<option value="{CALL_KEY} aac.1.1">Diagnostic actions</option>' in offered
    # what a territory is asked or has to fulfil is no deliverable
    assert "aac.nouveau" not in offered and "aac.animer" not in offered
    for key, ref in ((CALL_KEY, "aac.1.1"), (OBJECTIVES, "s3.6")):
        anne.post(panel, data={"criterion": f"{key} {ref}"})
    shown = anne.get(panel).text
    assert "#point-aac.1.1" in shown and "#objectif-s3.6" in shown


def test_a_programme_that_nobody_follows_is_not_offered(
    as_: As, opened: Assessment, session: Session, cast: Cast
) -> None:
    import_files(session, [SCENARIO], now=NOW)
    session.commit()
    shown = as_("Anne").get(f"/projets/{cast.project().public_id}/maturite").text
    assert CALL_KEY not in shown and f"{OBJECTIVES} s3.1" in shown


@pytest.mark.parametrize("linked", [0, 3])
def test_the_panel_runs_as_many_queries_whatever_is_linked(
    as_: As, panel: str, session: Session, cast: Cast, queries: QueryCount, linked: int
) -> None:
    for number in range(1, linked + 1):
        prove(session, cast, OBJECTIVES, f"s3.{number}")
        prove(session, cast, KEY, ("7.1", "7.2.1", "7.2.2")[number - 1])
    anne = as_("Anne")
    queries.reset()
    anne.get(panel, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert len(queries) <= 15, (len(queries), queries.statements)
