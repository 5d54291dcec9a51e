"""The table: each line that one may read, under every filter, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.sessions import viewer_of
from app.overview.asked import Sorting, StepFilter
from app.overview.kinds import Order
from app.overview.queries.table import PAGE, lines
from app.plans.models import Project, Step
from app.plans.rules import may_report, visible_steps
from app.sheets.reading import read_file
from tests.cast import CAST, TODAY, Cast
from tests.conftest import QueryCount
from tests.plans.bulk import add_steps_in_bulk

As = Callable[[str], FlaskClient]
TITLE = re.compile(r'#step-\w+">([^<]+)</a>')
PEEL, BUILD, MEET = "Peser les invendus", "Fabriquer les caisses", "Réunir les partenaires"


def table(cast: Cast, query: str = "") -> str:
    return f"/plans/{cast.plan().public_id}/tableau?{query}"


def titles(page: str) -> list[str]:
    return TITLE.findall(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [BUILD, PEEL, MEET]),
        ("q=REUNIR", [MEET]),
        ("q=fournil+péser", [PEEL]),
        ("q=rien-de-tel", []),
        ("statut=todo", [BUILD, PEEL, MEET]),
        ("statut=done&statut=blocked", []),
        ("du=2026-04-17&au=2026-04-20", [PEEL, MEET]),
        ("quand=sans", []),
        ("nature=synergy", [BUILD, PEEL, MEET]),
        ("nature=action", []),
        ("stade=lasting", []),
        ("priorite=high", []),
        ("axe=nonsense", []),
        ("tri=etape", [BUILD, PEEL, MEET]),
        ("tri=etape&sens=desc", [MEET, PEEL, BUILD]),
        ("tri=organisation", [BUILD, MEET, PEEL]),
        ("sens=desc", [MEET, PEEL, BUILD]),
    ],
)
def test_filters_and_headings_find_what_they_say(
    as_: As, cast: Cast, query: str, found: list[str]
) -> None:
    assert titles(as_("Anne").get(table(cast, query)).text) == found


def test_by_organisation_and_by_person(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    fournil = cast.organisation("Le Fournil").public_id
    person = cast.person("Anne").public_id
    assert titles(anne.get(table(cast, f"organisation={fournil}")).text) == [PEEL]
    assert titles(anne.get(table(cast, f"personne={person}")).text) == [MEET]


def test_when_is_told_from_the_day_of_the_reader(session: Session, cast: Cast) -> None:
    anne = viewer_of(session, cast.person("Anne").id)
    assert anne is not None

    def found(when: str, today: date) -> list[str]:
        asked = StepFilter(when=when)  # type: ignore[arg-type]  # as the kind spells it
        read = lines(session, anne, cast.plan().id, asked, Sorting(), today)
        return [one.line.title for one in read]

    assert found("passees", TODAY) == [BUILD]
    assert found("semaine", date(2026, 4, 16)) == [PEEL]
    assert found("mois", date(2026, 4, 30)) == [BUILD, PEEL, MEET]
    assert found("mois", date(2026, 5, 1)) == []


@pytest.mark.parametrize("who", CAST)
def test_the_lines_are_the_steps_that_the_rules_let_one_read(
    session: Session, cast: Cast, who: str
) -> None:
    viewer, plan = viewer_of(session, cast.person(who).id), cast.plan()
    assert viewer is not None
    read = lines(session, viewer, plan.id, StepFilter(), Sorting(), TODAY)
    ruled = session.scalars(visible_steps(viewer).where(Project.plan_id == plan.id)).all()
    assert {one.line.id for one in read} == {step.id for step in ruled}
    may = {step.id for step in ruled if may_report(viewer, step)}
    assert {one.line.id for one in read if one.may_tick} == may


@pytest.mark.parametrize("by", Order)
@pytest.mark.parametrize("is_down", [False, True])
def test_pages_follow_each_other_and_hold_each_step_once(
    session: Session, cast: Cast, by: Order, is_down: bool
) -> None:
    add_steps_in_bulk(session, cast, 150)
    anne = viewer_of(session, cast.person("Anne").id)
    assert anne is not None
    sorting, after, seen, pages = Sorting(by, is_down), "", [], 0
    while pages < 20:
        found = lines(
            session, anne, cast.plan().id, StepFilter(), sorting, TODAY, after=after, limit=40
        )
        seen += [one.line.id for one in found[:40]]
        pages += 1
        if len(found) <= 40:
            break
        after = found[39].cursor
    whole = lines(session, anne, cast.plan().id, StepFilter(), sorting, TODAY, limit=1000)
    assert seen == [one.line.id for one in whole]
    assert len(seen) == len(set(seen)) == len(session.scalars(select(Step.id)).all()) - 1


def test_the_page_goes_on_where_it_ends_and_says_how_many(
    as_: As, cast: Cast, session: Session
) -> None:
    add_steps_in_bulk(session, cast, PAGE + 50)
    anne = as_("Anne")
    first = anne.get(table(cast, "tri=projet")).text
    assert f"{PAGE + 53} étapes" in first.replace("\u202f", " ").replace("\xa0", " ")
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = anne.get(following.replace("&amp;", "&")).text
    assert len(titles(first)) == PAGE
    assert len(titles(second)) == 53
    assert 'rel="next"' not in second


@pytest.mark.parametrize("cursor", ["x", "1", "1.", "99999999999999999999.x", "1.2026-99-01"])
def test_a_cursor_that_is_none_begins_at_the_beginning(as_: As, cast: Cast, cursor: str) -> None:
    assert titles(as_("Anne").get(table(cast, f"apres={cursor}")).text) == [BUILD, PEEL, MEET]


def test_onlookers_get_no_line_and_are_told_why(as_: As, cast: Cast) -> None:
    page = as_("Sylvie").get(table(cast)).text
    assert titles(page) == []
    assert "reste entre ceux qui les portent" in page


def test_an_empty_answer_says_what_to_do(as_: As, cast: Cast) -> None:
    page = as_("Anne").get(table(cast, "q=rien-de-tel")).text
    assert "Retirez un filtre" in page
    assert "Tout afficher" in page


def test_htmx_gets_the_table_alone(as_: As, cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = as_("Anne").get(table(cast, "statut=todo"), headers=headers)
    assert answer.text.lstrip().startswith('<div class="stack" id="table"')


def test_the_sorted_column_says_so(as_: As, cast: Cast) -> None:
    page = as_("Anne").get(table(cast, "tri=projet&sens=desc")).text
    assert page.count("aria-sort") == 1
    assert 'aria-sort="descending"><a href' in page


def test_the_workbook_holds_the_filtered_lines(as_: As, cast: Cast) -> None:
    address = f"/plans/{cast.plan().public_id}/tableau/etapes.xlsx?q=peser"
    [sheet] = read_file("etapes.xlsx", as_("Lucie").get(address).data)
    assert [row[:4] for row in sheet.rows] == [
        ("Projet", "Étape", "Organisation responsable", "Personne responsable"),
        ("Invendus du Fournil", PEEL, "Le Fournil", "Lucie Perrin"),
    ]


def test_a_step_is_found_by_its_title_of_today(session: Session, cast: Cast, as_: As) -> None:
    anne, step = as_("Anne"), cast.step(PEEL)
    form = {
        "title": "Goûter à l’œil",
        "lead_organisation_id": str(step.lead_organisation_id),
        "lead_person_id": "0",
        "version": str(step.version),
    }
    assert anne.post(f"/etapes/{step.public_id}/modifier", data=form).status_code == 303
    session.rollback()
    assert titles(anne.get(table(cast, "q=gouter+oeil")).text) == ["Goûter à l’œil"]


def test_one_line_or_thirty_run_the_same_number_of_queries(
    as_: As, cast: Cast, session: Session, queries: QueryCount
) -> None:
    anne = as_("Anne")
    session.rollback()

    def counted() -> int:
        queries.reset()
        anne.get(table(cast))
        return len(queries)

    few = counted()
    add_steps_in_bulk(session, cast, 50)
    session.rollback()
    assert counted() == few
