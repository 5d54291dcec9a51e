"""A programme's page: the question, what it opens, dates, deliverables; who reads, who writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.format import read, walk
from app.frameworks.models import Framework
from app.frameworks.scoring import Status, score
from app.frameworks.services import import_files
from app.maturity.kinds import Nearness, PhaseState
from app.maturity.models import Criterion, Deadline
from app.maturity.programmes import nearness
from app.maturity.queries import overview
from tests.cast import NOW, Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
CALL = Path(__file__).parents[2] / "seeds" / "frameworks" / "aac-eit-ademe-oec.md"
NEW, SUPPORTED = "Nouveau territoire", "Déjà soutenu"


@pytest.fixture
def page(on_tuesday: None, session: Session, cast: Cast) -> str:
    import_files(session, [CALL], now=NOW)
    session.commit()
    programme = session.scalars(select(Framework)).one().public_id
    return f"/territoires/{cast.territory().public_id}/programmes/{programme}"


def followed(anne: FlaskClient, page: str, *, is_new: bool) -> str:
    anne.post(f"{page}/suivre")
    anne.post(f"{page}/reponse", data={"question": "aac.nouveau", "reponse": str(is_new)})
    return anne.get(page).text


def dates(session: Session) -> list[tuple[str, date]]:
    session.rollback()
    found = session.scalars(select(Deadline).order_by(Deadline.ref)).all()
    return [(one.ref, one.due_on) for one in found]


def test_the_call_declares_four_phases_and_its_deliverables() -> None:
    (root,) = read([("aac.md", CALL.read_bytes())]).roots
    phases = [node for node in root.children if node.title.startswith("Phase")]
    assert len(phases) == 4
    given = [
        (leaf.title, leaf.keys.get("obligatoire"))
        for node in root.children
        for leaf in node.children
        if leaf.keys.get("livrable")
    ]
    assert given == [
        ("Diagnostic actions", "oui"),
        ("Feuilles de route et tableau de bord du plan d’actions prévisionnel", "oui"),
        ("Programme d’investissements", None),
        ("Diagnostic actions", "oui"),
        ("Feuilles de route et tableau de bord du plan d’actions prévisionnel", "oui"),
        ("Bilan d’activité de fin de mission", "oui"),
    ]


def test_before_anybody_answers_both_ways_are_told(as_: As, page: str) -> None:
    anne = as_("Anne")
    assert "ne suit pas encore ce programme" in anne.get(page).text
    anne.post(f"{page}/suivre")
    shown = anne.get(page).text
    for words in (NEW, SUPPORTED):
        assert f">{words}</button>" in shown
    assert shown.count("À préciser") == 4
    assert "Ne vous est pas ouverte" not in shown


def test_a_new_territory_gets_phases_one_and_two_and_why_not_the_others(as_: As, page: str) -> None:
    shown = followed(as_("Anne"), page, is_new=True)
    assert shown.count("Ne vous est pas ouverte") == 2
    assert "<strong>Nouveau territoire.</strong>" in shown
    assert "c’est pour un territoire qui répond «\u00a0Déjà soutenu\u00a0»" in shown
    assert "Diagnostic actions</a>" in shown and "Programme d’investissements</a>" not in shown
    assert "sur 3" in shown
    # the Val has people named to animate: Anne and Fanny
    assert "Condition remplie" in shown and "Des personnes en nombre suffisant" in shown
    assert "Une animation interne" not in shown


def test_a_supported_territory_gets_phases_three_and_four(as_: As, page: str) -> None:
    anne = as_("Anne")
    followed(anne, page, is_new=True)
    data = {"question": "aac.nouveau", "reponse": "False", "version": "1"}
    anne.post(f"{page}/reponse", data=data)
    shown = anne.get(page).text
    assert "Programme d’investissements</a>" in shown and "L’appui technique</a>" not in shown
    assert "sur 4" in shown and "Une animation interne" in shown


@pytest.mark.parametrize("is_new", [True, False])
def test_every_territory_is_asked_for_the_three_mandatory_deliverables(is_new: bool) -> None:
    """The call names three « livrables obligatoires », and no territory that is let off one."""
    roots = read([("aac.md", CALL.read_bytes())]).roots
    scores = score(roots, {"aac.nouveau": Status(concerned=is_new)})
    asked = [
        node.title
        for node in walk(roots)
        if node.keys.get("obligatoire") == "oui" and scores[node.id].concerned
    ]
    assert asked == [
        "Diagnostic actions",
        "Feuilles de route et tableau de bord du plan d’actions prévisionnel",
        "Bilan d’activité de fin de mission",
    ]


def test_two_people_who_answer_at_once_both_read_the_first(
    as_: As, page: str, session: Session
) -> None:
    anne = as_("Anne")
    followed(anne, page, is_new=True)
    anne.post(f"{page}/reponse", data={"question": "aac.nouveau", "reponse": "False"})
    assert "vient de répondre" in anne.get(page).text
    session.rollback()
    assert session.scalars(select(Criterion.concerned)).all() == [True]


def test_a_date_is_set_moved_and_cleared(as_: As, page: str, session: Session) -> None:
    anne = as_("Anne")
    followed(anne, page, is_new=True)
    address = f"{page}/dates/aac.1.1"
    anne.post(address, data={"due_on": "2026-04-20"})
    assert dates(session) == [("aac.1.1", date(2026, 4, 20))]
    assert "Bientôt" in anne.get(page).text and "Bientôt" not in as_("Sylvie").get(page).text
    anne.post(address, data={"due_on": "2026-03-02", "seen": "2026-04-20"})
    assert dates(session) == [("aac.1.1", date(2026, 3, 2))]
    assert "Échéance passée" in anne.get(page).text
    funder = as_("Sylvie").get(page).text
    assert "Pour le 2\u00a0mars 2026" in funder and "Échéance passée" not in funder
    anne.post(address, data={"effacer": "1", "due_on": "2026-03-02", "seen": "2026-03-02"})
    assert dates(session) == []


def test_a_date_that_somebody_changed_meanwhile_is_shown_beside_what_was_typed(
    as_: As, page: str, session: Session
) -> None:
    anne = as_("Anne")
    followed(anne, page, is_new=True)
    address = f"{page}/dates/aac.1.1"
    anne.post(address, data={"due_on": "2026-04-20"})
    late = anne.post(address, data={"due_on": "2026-05-11"})
    assert late.status_code == 409
    assert "vient de changer cette date" in late.text
    assert "Pour le 20\u00a0avril 2026" in late.text and 'value="2026-05-11"' in late.text
    assert dates(session) == [("aac.1.1", date(2026, 4, 20))]


@pytest.mark.parametrize("typed", ["0026-04-20", "demain"])
def test_what_is_no_date_is_refused_with_a_sentence(
    as_: As, page: str, session: Session, typed: str
) -> None:
    anne = as_("Anne")
    followed(anne, page, is_new=True)
    refused = anne.post(f"{page}/dates/aac.1.1", data={"due_on": typed})
    assert refused.status_code == 422 and "message--error" in refused.text
    assert dates(session) == []
    anne.post(f"{page}/dates/nulle.part", data={"due_on": "2026-04-20"})
    assert dates(session) == []


def test_a_deliverable_is_counted_once_it_is_confirmed(
    as_: As, page: str, session: Session
) -> None:
    anne = as_("Anne")
    followed(anne, page, is_new=True)
    criterion = page.replace("programmes", "maturite") + "/aac.1.1"
    data = {"status": "done", "comment": "Remis au financeur", "annee": "2026"}
    anne.post(criterion, data=data)
    shown = as_("Sylvie").get(page).text
    assert '<dd class="figure__value">1<small>' in shown.replace("\n", "")
    assert "<form" not in shown.split("<main")[1].split("</main")[0]
    assert f'href="{page}"' in anne.get(criterion).text


def test_a_programme_is_no_ladder(as_: As, page: str, session: Session, cast: Cast) -> None:
    followed(as_("Anne"), page, is_new=True)
    session.rollback()
    found = overview(session, cast.territory().id, 2026)
    assert (found.standings, found.unopened, found.years) == ((), (), ())
    maturity = as_("Henri").get(f"/territoires/{cast.territory().public_id}/maturite").text
    assert f'href="{page}"' in maturity


@pytest.mark.parametrize("dated", [0, 4])
def test_the_page_runs_fourteen_queries_whatever_is_dated(
    as_: As, page: str, queries: QueryCount, dated: int
) -> None:
    anne = as_("Anne")
    followed(anne, page, is_new=True)
    for ref in ("aac.1.1", "aac.1.2", "aac.2.1", "aac.2.2")[:dated]:
        anne.post(f"{page}/dates/{ref}", data={"due_on": "2026-04-20"})
    queries.reset()
    anne.get(page)
    assert len(queries) <= 14, queries.statements


@given(st.dates(), st.dates())
def test_the_day_itself_is_not_past(due: date, today: date) -> None:
    assert (nearness(due, today) is Nearness.PASSED) == (due < today)
    assert set(PhaseState) == {"open", "closed", "undecided"}
