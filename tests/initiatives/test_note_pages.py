"""« Noter un appel » from anywhere, the notes of an organisation, and their table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.initiatives.kinds.notes import NoteKind, NoteVisibility
from app.initiatives.models import ContactNote
from tests.cast import Cast
from tests.initiatives.conftest import Noted

As = Callable[[str], FlaskClient]
HEADER = 'href="/notes/nouvelle"'


def fields(**changed: object) -> dict[str, object]:
    return {
        "organisation": "le fournil",
        "kind": "call",
        "body": "Elle rappelle lundi.",
        "noted_on": clock.now().date().isoformat(),
        "visibility": "organisation",
    } | changed


def notes(session: Session) -> list[ContactNote]:
    session.rollback()
    return list(session.scalars(select(ContactNote).order_by(ContactNote.id)))


def test_a_call_is_noted_in_one_screen_and_taken_back_by_a_tap(as_: As, session: Session) -> None:
    anne = as_("Anne")
    answer = anne.post("/notes/nouvelle", data=fields(suite="/mes-etapes"))
    assert (answer.status_code, answer.location) == (303, "/mes-etapes")
    [note] = notes(session)
    assert (note.kind, note.body, note.visibility) == (
        NoteKind.CALL,
        "Elle rappelle lundi.",
        NoteVisibility.ORGANISATION,
    )
    page = anne.get("/mes-etapes").text
    assert "L’appel au\u00a0Fournil est noté." in page
    assert f'form="act" formaction="/notes/{note.public_id}/annuler"' in page
    assert anne.post(f"/notes/{note.public_id}/annuler").status_code == 303
    assert notes(session) == []


def test_who_calls_by_trade_finds_it_in_the_header(as_: As) -> None:
    offered = {
        name: HEADER in as_(name).get("/mes-etapes").text for name in ("Anne", "Karim", "Lucie")
    }
    assert offered == {"Anne": True, "Karim": True, "Lucie": False}


def test_a_name_that_several_have_asks_which(as_: As, session: Session) -> None:
    answer = as_("Anne").post("/notes/nouvelle", data=fields(organisation="a"))
    assert answer.status_code == 422
    assert "Laquelle" in answer.text
    assert "Elle rappelle lundi." in answer.text
    assert notes(session) == []


def test_the_one_that_was_meant_is_chosen_by_a_tap(as_: As, cast: Cast, session: Session) -> None:
    chosen = cast.organisation("Atelier Bois")
    data = fields(organisation="a", laquelle=chosen.public_id)
    assert as_("Anne").post("/notes/nouvelle", data=data).status_code == 303
    assert [one.organisation_id for one in notes(session)] == [chosen.id]


def test_an_unknown_name_loses_nothing_that_was_typed(as_: As) -> None:
    answer = as_("Anne").post("/notes/nouvelle", data=fields(organisation="Usine inconnue"))
    assert answer.status_code == 422
    assert "Aucune organisation de ce nom" in answer.text
    assert "Elle rappelle lundi." in answer.text


def test_a_firm_of_another_territory_is_nobody_here(as_: As, cast: Cast) -> None:
    scierie = cast.organisation("Scierie de la Sorne")
    anne = as_("Anne")
    assert anne.get(f"/notes/nouvelle?avec={scierie.public_id}").status_code == 404
    assert anne.post("/notes/nouvelle", data=fields(organisation=scierie.name)).status_code == 422


def test_from_a_step_the_firm_is_filled_in_and_the_step_kept(
    as_: As, cast: Cast, session: Session
) -> None:
    step = cast.step()
    anne = as_("Anne")
    page = anne.get(f"/notes/nouvelle?etape={step.public_id}").text
    assert 'value="Le Fournil"' in page
    data = fields(organisation="Le Fournil", etape=step.public_id)
    assert anne.post("/notes/nouvelle", data=data).status_code == 303
    [note] = notes(session)
    assert [one.id for one in note.steps] == [step.id]
    assert note.project_id == step.project_id


def test_a_contributor_rests_no_step_of_somebody_else(
    as_: As, session: Session, cast: Cast
) -> None:
    """Marc's firm contributes: what he notes of the baker keeps no mail from her."""
    step = cast.step()
    session.commit()
    in_a_month = (clock.now() + timedelta(days=30)).date().isoformat()
    data = fields(follow_up_on=in_a_month, kind="note", visibility="author")
    answer = as_("Marc").post(f"/notes/nouvelle?etape={step.public_id}", data=data)
    assert answer.status_code == 303
    session.rollback()
    [note] = notes(session)
    assert note.steps == []


def test_only_the_author_changes_a_note(as_: As, session: Session, noted: Noted) -> None:
    note = noted("Karim", own="CCI des Deux Rives")
    session.commit()
    address = f"/notes/{note.public_id}/modifier"
    seen = {name: as_(name).get(address).status_code for name in ("Karim", "Anne", "Lucie")}
    assert seen == {"Karim": 200, "Anne": 403, "Lucie": 404}


def test_an_old_form_of_a_note_keeps_both_texts(as_: As, session: Session, noted: Noted) -> None:
    note = noted("Karim", own="CCI des Deux Rives", body="Premier texte")
    session.commit()
    data = fields(version=note.version + 7, body="Second texte")
    answer = as_("Karim").post(f"/notes/{note.public_id}/modifier", data=data)
    assert answer.status_code == 409
    assert "Premier texte" in answer.text
    assert "Second texte" in answer.text


def test_the_table_holds_what_one_reads_and_no_formula(
    as_: As, cast: Cast, session: Session, noted: Noted
) -> None:
    noted("Anne", own="CC du Val d’Aubrive", body="=HYPERLINK(1)")
    noted("Karim", "Atelier Bois", NoteVisibility.AUTHOR, body="Pour moi seul")
    session.commit()
    answer = as_("Anne").get(f"/territoires/{cast.territory().public_id}/notes/export")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert [row[5] for row in rows[1:]] == ["'=HYPERLINK(1)"]
    assert rows[1][2:5] == ["Le Fournil", "", "Anne Vasseur"]


def test_what_one_wrote_for_oneself_shows_on_no_page_of_others(
    as_: As, cast: Cast, session: Session, noted: Noted
) -> None:
    noted("Karim", "Le Fournil", NoteVisibility.AUTHOR, body="Confidence du fournil")
    session.commit()
    firm, place = cast.organisation("Le Fournil").public_id, cast.territory().public_id
    for name in ("Anne", "Marc", "Odile", "Sylvie"):
        client = as_(name)
        for page in (
            f"/organisations/{firm}",
            f"/organisations/{firm}/notes",
            f"/territoires/{place}/notes",
            f"/territoires/{place}/journal",
            "/aujourdhui",
        ):
            assert "Confidence" not in client.get(page).text
    assert "Confidence" in as_("Karim").get(f"/organisations/{firm}/notes").text
