"""The sheets for ELIPSE and SYNAPSE: nothing is added up silently, nobody’s figure is found."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import BarrierKind, ElipseAxis, MeasureMethod, Stage
from app.plans.models import Barrier
from app.reports.disclosure import FEWEST_FIRMS, Contribution
from app.reports.records import OfProject, sorted_by_axis, told, told_of_projects
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
T, KM = "t", "km"


def of(
    project: int,
    firms: Iterable[int],
    value: int = 1,
    label: str = "Bois",
    method: MeasureMethod = MeasureMethod.MEASURED,
) -> OfProject:
    return OfProject(project, Contribution(label, T, method, Decimal(value), frozenset(firms)))


@st.composite
def sets(draw: st.DrawFn) -> list[OfProject]:
    """Projects, each with its firms and at most one value a label."""
    found = []
    for project in range(draw(st.integers(0, 6))):
        firms = draw(st.frozensets(st.integers(1, 8), max_size=5))
        labels = draw(st.sets(st.sampled_from(["Bois", "Pain", "Eau"])))
        found += [of(project, firms, draw(st.integers(1, 99)), label) for label in labels]
    return found


@given(sets())
def test_no_subtraction_finds_fewer_than_three_firms(found: list[OfProject]) -> None:
    sums, own = told(found), told_of_projects(found)
    rest: dict[object, set[int]] = defaultdict(set)
    for one in found:
        if (one.project_id, one.key) in own:
            assert len(one.contribution.firms) >= FEWEST_FIRMS
            assert sums[one.key] is not None
        else:
            rest[one.key] |= one.contribution.firms
    for key, firms in rest.items():
        left = [one for one in found if one.key == key and (one.project_id, key) not in own]
        if sums[key] is not None and left:  # type: ignore[index]
            assert len(firms) >= FEWEST_FIRMS


@given(sets())
def test_a_value_counts_once_however_many_partners_it_has(found: list[OfProject]) -> None:
    for key, value in told(found).items():
        if value is not None:
            assert value == sum(one.contribution.value for one in found if one.key == key)


def test_a_sheet_beside_the_sum_would_betray_the_other_project() -> None:
    three, two = of(1, {1, 2, 3}, 10), of(2, {4, 5}, 7)
    assert told([three, two]) == {three.key: Decimal(17)}
    assert told_of_projects([three, two]) == {}
    assert told_of_projects([three]) == {(1, three.key): Decimal(10)}


def test_methods_stand_apart_and_axes_in_their_order() -> None:
    measured = of(1, {1, 2, 3}, 10)
    estimated = of(2, {1, 2, 3}, 5, method=MeasureMethod.ESTIMATED)
    indicators = [("Bois", T, ElipseAxis.RESULTS), ("Trajets", KM, None)]
    parts = sorted_by_axis(indicators, [measured, estimated], {1: "Palettes", 2: None})
    assert [part.axis for part in parts] == [*ElipseAxis, None]
    values = [(one.method, one.value, one.sources) for one in parts[2].values]
    assert sorted(values) == [
        (MeasureMethod.ESTIMATED, Decimal(5), (None,)),
        (MeasureMethod.MEASURED, Decimal(10), ("Palettes",)),
    ]
    assert parts[3].silent == ("Trajets (km)",)


def test_an_indicator_of_two_axes_stands_with_those_not_sorted() -> None:
    twice = [("Bois", T, ElipseAxis.RESULTS), ("Bois", T, ElipseAxis.GOVERNANCE)]
    parts = sorted_by_axis(twice, [of(1, {1, 2, 3})], {1: "Palettes"})
    assert [(part.axis, len(part.values)) for part in parts] == [
        *((axis, 0) for axis in ElipseAxis),
        (None, 1),
    ]


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/fiches"


def test_the_page_says_whose_indicators_these_are(as_: As, page: str) -> None:
    for reader in ("Anne", "Sylvie", "Henri"):
        shown = as_(reader).get(page).text
        assert "Ce ne sont pas les indicateurs d’ELIPSE" in shown
        assert "rangés selon les trois axes d’ELIPSE" in shown
    for stranger in ("Lucie", "Paul", "Odile"):
        assert as_(stranger).get(page).status_code == 404


def test_the_table_says_what_the_page_says(as_: As, page: str) -> None:
    answer = as_("Anne").get(f"{page}/export")
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert rows[0][:3] == ["Fiche", "Rubrique", "Intitulé"]
    assert {len(row) for row in rows} == {8}
    shown = as_("Anne").get(page).text
    begun = next(row[3] for row in rows if row[2] == "Début du plan d’action")
    assert begun in shown


@pytest.mark.parametrize("year", ["1999", "2999"])
def test_a_year_without_a_plan_is_not_found(as_: As, page: str, year: str) -> None:
    assert as_("Anne").get(f"{page}?annee={year}").status_code == 404


def test_the_page_runs_fifteen_queries(as_: As, page: str, queries: QueryCount) -> None:
    anne = as_("Anne")
    queries.reset()
    anne.get(page)
    assert len(queries) <= 15, queries.statements


def test_each_value_is_selected_by_one_tap_and_copied_by_one_button(as_: As, page: str) -> None:
    shown = as_("Anne").get(page).text
    ids = re.findall(r'<span class="copy-whole" id="([^"]+)">', shown)
    assert {"territoire", "porteur", "animation", "synergies", "reunions"} <= set(ids)
    assert len(ids) == len(set(ids))
    for one in ids:
        assert f'data-copy="{one}"' in shown


def test_a_sheet_tells_what_barriers_were_met_by_kind_and_none_of_the_words(
    as_: As, page: str, cast: Cast, session: Session
) -> None:
    project = cast.project()
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    project.stage, project.starts_on = Stage.OPERATIONAL, date(2026, 2, 3)
    session.add(
        Barrier(
            project_id=project.id,
            territory_id=project.territory_id,
            kind=BarrierKind.REGULATORY,
            note="Le service vétérinaire hésite",
            noted_on=date(2026, 3, 2),
        )
    )
    session.commit()
    for reader in ("Anne", "Henri"):
        shown = as_(reader).get(page).text
        assert "Freins rencontrés" in shown and "vétérinaire" not in shown
        assert "3\u00a0février 2026" in shown
    told = as_("Anne").get(f"{page}/export").text
    assert "Freins rencontrés;Réglementation" in told and "vétérinaire" not in told
