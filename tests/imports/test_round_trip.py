"""What goes out comes back as it was: import → export → import changes nothing."""

from __future__ import annotations

import json
import string
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.core.folding import fold
from app.imports import deciding, tracker
from app.imports.deciding import Known, KnownProject, KnownStep
from app.imports.kinds import Outcome, Status, TableKind
from app.imports.names import Names
from app.imports.queries import known_plan
from app.imports.rows import Reading, read
from app.imports.services.preparing import bring, prepare
from app.imports.tables import kept, tables_of
from app.imports.writing import workbook
from app.sheets.reading import read_file
from app.sheets.values import NOTHING
from tests.cast import NOW, TODAY, Cast
from tests.imports.samples import brought, line
from tests.imports.test_services import ROWS, applied
from tests.sheets.samples import xlsx

NAMES = ("CCI des Deux Rives", "Le Fournil", "Dupont + Fils", "A, B & C (SAS)", "Vallon")
_SIGNS = string.ascii_letters + "éèàç’'=+-@0123456789;,/() "
words = st.text(_SIGNS, min_size=1, max_size=30).map(lambda text: " ".join(text.split()))
title = words.filter(lambda text: bool(fold(text)) and text.casefold() not in NOTHING)
text = st.one_of(st.just(""), title)
day = st.dates(date(2020, 1, 1), date(2035, 12, 31)).map(date.isoformat)
vague = st.sampled_from(["~T2", "~fin juin ?", "~avril 2027", "~2027"])
when = st.one_of(st.just(""), day, vague)
parties = st.lists(st.sampled_from(NAMES), unique=True, max_size=3).map("\n".join)


@st.composite
def steps(draw: st.DrawFn) -> KnownStep:
    said = {name: draw(text) for name in ("description", "person", "governance", "notes")}
    said |= {"title": draw(title), "lead": draw(st.sampled_from(NAMES)), "end": draw(when)}
    said |= {"start": draw(when), "status": draw(st.sampled_from(list(Status))).value}
    return KnownStep(0, "", {**said, "partners": draw(parties)})


@st.composite
def projects(draw: st.DrawFn) -> KnownProject:
    said = {name: draw(text) for name in ("theme", "description", "objectives", "elected")}
    lead, *owners = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=3))
    others = draw(parties)
    funds = draw(
        st.lists(st.tuples(title, st.one_of(st.none(), st.integers(1, 10**9))), max_size=5)
    )
    said |= {
        "title": draw(title),
        "lead": lead,
        "co_owners": "\n".join(owners),
        "contributors": others,
        "owners": "\n".join(NAMES),
        "partners": "\n".join(NAMES),
        "start": draw(when),
        "end": draw(when),
        "status": draw(st.sampled_from(list(Status))).value,
        "priority": draw(st.sampled_from(["", "high", "low"])),
        "budget": draw(st.one_of(st.just(""), st.integers(0, 10**10).map(str))),
        "fundings": json.dumps(funds),
    }
    return KnownProject(0, "", said, False, tuple(draw(st.lists(steps(), max_size=3))))


def numbered(plan: list[KnownProject]) -> list[KnownProject]:
    """With ids of their own; those without an axis first, as a plan lists them."""
    found = []
    for at, one in enumerate(sorted(plan, key=lambda project: bool(project.here["theme"])), 1):
        own = tuple(
            KnownStep(at * 100 + n, f"step{at}x{n}", step.here) for n, step in enumerate(one.steps)
        )
        found.append(KnownProject(at, f"project{at}", one.here, False, own))
    return found


def reading_of(data: bytes) -> Reading:
    reading = Reading()
    names = Names({fold(name): name for name in NAMES}, {})
    tables = [kept(sheet, {}) for sheet in read_file("x.xlsx", data)]
    for table in tables_of(tables, {}, TableKind.TRACKER):
        read(table, names, reading)
    assert names.questions == {}
    return reading


@settings(max_examples=25)
@given(st.lists(projects(), min_size=1, max_size=3))
def test_whatever_goes_out_comes_back_unchanged(plan: list[KnownProject]) -> None:
    plan = numbered(plan)
    data = workbook(tracker.headings(plan), tracker.rows(plan, TODAY))
    decisions = deciding.decide(reading_of(data), Known(plan))
    told = [
        (one.target.here["title"] if one.target else None, one.outcome, one.changes)
        for decision in decisions
        for one in (decision, *decision.steps)
    ]
    assert [(outcome, changes) for _title, outcome, changes in told] == [
        (Outcome.SAME, ()) for _ in told
    ]


def test_the_exported_layout_is_the_28_columns_and_a_reference(
    session: Session, cast: Cast
) -> None:
    plan = known_plan(session, cast.plan().id).projects
    said = [heading for _field, heading in tracker.headings(plan)]
    assert said[:28] == [heading for _field, heading in tracker.TRACKER]
    assert said[28:] == ["Référence Maillage"]


@pytest.mark.usefixtures("anne_acts")
def test_what_was_imported_is_exported_and_imported_without_a_change(
    session: Session, cast: Cast
) -> None:
    applied(session, cast, brought(session, cast, *ROWS, line(action="=1+1", lead="Le Fournil")))
    plan = known_plan(session, cast.plan().id).projects
    data = workbook(tracker.headings(plan), tracker.rows(plan, TODAY))
    again = bring(
        session,
        plan=cast.plan(),
        file_name="export.xlsx",
        sheets=read_file("export.xlsx", data),
        person_id=None,
        now=NOW,
    )
    counts = prepare(session, again).counts()
    assert {name: count for name, count in counts.items() if count} == {"same": 9}
    applied(session, cast, again)
    after = known_plan(session, cast.plan().id).projects
    assert list(tracker.rows(after, TODAY)) == list(tracker.rows(plan, TODAY))


@pytest.mark.usefixtures("anne_acts")
def test_a_renamed_row_of_an_export_is_the_same_project(session: Session, cast: Cast) -> None:
    plan = known_plan(session, cast.plan().id).projects
    rows = [[heading for _field, heading in tracker.headings(plan)], *tracker.rows(plan, TODAY)]
    for row in rows[1:]:
        row[3] = str(row[3]).replace("Invendus du Fournil", "Le pain d’hier")
    found = bring(
        session,
        plan=cast.plan(),
        file_name="export.xlsx",
        sheets=read_file("export.xlsx", xlsx(rows)),
        person_id=None,
        now=NOW,
    )
    applied(session, cast, found)
    assert cast.project("Le pain d’hier").public_id in {one.public_id for one in plan}
