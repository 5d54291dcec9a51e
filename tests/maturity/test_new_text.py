"""An open year follows a newer text of its framework when somebody says so, and goes back."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.frameworks.services import Source, import_sources
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Evidence
from app.maturity.services.assessing import freeze
from app.maturity.services.new_text import follow_new_text
from app.web.database import db
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.maturity.conftest import TUESDAY
from tests.maturity.samples import (
    CALL,
    CALL_KEY,
    LADDER,
    assess,
    follow_call,
    import_ladder,
    say,
)
from tests.maturity.test_pages import framework_id, prove, rows

As = Callable[[str], FlaskClient]
DONE = CriterionStatus.DONE
# 7.1 asks something else, 7.2.1 is gone, 7.2.3 came, 7.2.2 is what it was
NEWER = LADDER.replace("Une feuille de route.", "Une délibération.").replace("7.2.1", "7.2.3")


@pytest.fixture
def page(opened: Assessment, cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/maturite"


@pytest.fixture
def answered(page: str, opened: Assessment, session: Session, cast: Cast) -> str:
    """7.1, 7.2.1 and 7.2.2 answered, 7.2.1 proved; then the text is imported anew. The address
    of the differences."""
    say(session, cast, opened, "7.1", comment="Votée en mars")
    say(session, cast, opened, "7.2.1", comment="Trois ateliers")
    say(session, cast, opened, "7.2.2", status=CriterionStatus.NOT_DONE)
    prove(session, cast, "7.2.1")
    import_ladder(session, NEWER)
    address = f"{page}/{framework_id(session)}/nouveau-texte"
    session.rollback()
    return address


def pass_on(client: FlaskClient, address: str, seen: int = 1, wanted: int = 2) -> str:
    """The page after « Passer au nouveau texte »."""
    data = {"annee": "2026", "de": str(seen), "vers": str(wanted)}
    answer = client.post(address, data=data)
    assert answer.status_code == 303
    return client.get(answer.headers["Location"]).text


def undo_in(page: str) -> str:
    return re.findall('formaction="([^"]+/annuler[^"]*)"', page)[0].replace("&amp;", "&")


def text_of(session: Session) -> int:
    session.rollback()
    number = session.scalars(select(Assessment)).one().version.number
    session.rollback()
    return number


def test_the_page_of_an_open_year_says_that_the_text_was_updated(
    as_: As, page: str, answered: str
) -> None:
    told = (
        "Le référentiel a été mis à jour le 7\u00a0avril 2026",
        "1\u00a0critère ajouté, 1\u00a0retiré et 1\u00a0réécrit.",
    )
    for reader in ("Anne", "Henri"):
        shown = as_(reader).get(page).text
        assert all(words in shown for words in told), reader
        assert f'href="{answered}?annee=2026"' in shown
    assert "passer au nouveau texte" not in as_("Henri").get(page).text


def test_the_differences_are_read_before_anything_moves(
    as_: As, answered: str, session: Session
) -> None:
    shown = as_("Anne").get(answered).text
    assert "Une feuille de route." in shown and "Une délibération." in shown
    assert "Change\u00a0: ce qui est demandé." in shown
    assert "7.2.3 – Chercher" in shown and "7.2.1 – Chercher" in shown
    assert "1\u00a0réponse sera à revoir, parce que son texte change\u00a0: 7.1." in shown
    assert "70\u202f% aujourd’hui, 40\u202f% avec le nouveau texte" in shown
    assert "niveau 2, puis 1" in shown
    assert text_of(session) == 1
    assert 'name="vers"' in shown and 'name="vers"' not in as_("Henri").get(answered).text


def test_answers_and_proofs_follow_and_what_changed_is_asked_again(
    as_: As, page: str, answered: str, session: Session
) -> None:
    anne = as_("Anne")
    shown = pass_on(anne, answered)
    assert "L’année 2026 suit désormais le nouveau texte." in shown
    assert "a été mis à jour" not in shown
    assert "Une réponse est à revoir\u00a0: son texte a changé" in shown
    assert "Le texte a changé depuis\u00a0: ce qui est demandé." in shown
    assert text_of(session) == 2
    kept = [("7.1", DONE), ("7.2.1", DONE), ("7.2.2", "not_done")]
    assert [one[:2] for one in rows(session)] == kept
    session.rollback()
    criterion = anne.get(answered.replace("nouveau-texte", "7.1")).text
    assert "À revoir\u00a0: le texte a changé depuis cette réponse" in criterion
    assert "Une feuille de route." in criterion and "Une délibération." in criterion


def test_what_the_newer_text_does_not_hold_is_kept_and_read(
    as_: As, answered: str, session: Session
) -> None:
    shown = pass_on(as_("Anne"), answered)
    assert "Gardé d’un autre texte du référentiel (1)" in shown
    apart = shown.partition("Gardé d’un autre texte")[2]
    assert "7.2.1 – Chercher" in apart
    assert "Trois ateliers" in apart and "Invendus du Fournil" in apart
    session.rollback()
    assert session.scalars(select(Evidence.removed_at)).one() is None


def test_an_answer_that_was_looked_at_again_waits_no_more(
    as_: As, page: str, answered: str, session: Session
) -> None:
    anne = as_("Anne")
    pass_on(anne, answered)
    address = answered.replace("nouveau-texte", "7.1")
    said = {"status": "done", "comment": "Votée en mars", "version": "1", "text": "2"}
    again = anne.post(address, data=said)
    shown = anne.get(again.headers["Location"]).text
    assert "À revoir" not in shown and "À revoir" not in anne.get(page).text
    told = anne.get(f"{page.removesuffix('maturite')}journal").text
    assert "a revu le critère 7.1, dont le texte a changé" in told
    assert "a changé le texte du référentiel que suit la lecture de la maturité de 2026" in told
    # undone, it is to be looked at again
    anne.post(undo_in(shown))
    assert "À revoir" in anne.get(page).text


def test_who_answers_having_read_the_older_text_is_asked_again(
    as_: As, page: str, opened: Assessment, session: Session
) -> None:
    address = f"{page}/{framework_id(session)}/7.1"
    session.rollback()
    anne = as_("Anne")
    assert 'name="text" type="hidden" value="1"' in anne.get(address).text
    import_ladder(session, NEWER)
    session.rollback()
    pass_on(anne, address.replace("7.1", "nouveau-texte"))
    anne.post(address, data={"status": "done", "comment": "Votée en mars", "text": "1"})
    assert "À revoir" in anne.get(address).text


def test_who_confirms_by_a_click_having_read_the_older_text_is_asked_again(
    as_: As, page: str, opened: Assessment, session: Session, cast: Cast
) -> None:
    prove(session, cast)
    cast.project().stage = "operational"
    address = f"{page}/{framework_id(session)}"
    import_ladder(session, NEWER)
    session.rollback()
    anne = as_("Anne")
    pass_on(anne, f"{address}/nouveau-texte")
    anne.post(f"{address}/7.1/accepter", data={"annee": "2026", "text": "1"})
    assert [one[:2] for one in rows(session)] == [("7.1", DONE)]
    assert "Une réponse est à revoir" in anne.get(page).text


def test_one_click_goes_back_to_the_text_before_and_loses_nothing(
    as_: As, page: str, answered: str, session: Session
) -> None:
    anne = as_("Anne")
    before = rows(session)
    undo = undo_in(pass_on(anne, answered))
    back = anne.post(undo)
    shown = anne.get(back.headers["Location"]).text
    assert "suit de nouveau le texte d’avant" in shown
    assert "Gardé d’un autre texte" not in shown and "À revoir" not in shown
    assert (text_of(session), rows(session)) == (1, before)
    undoes = session.scalars(select(Change.undoes).order_by(Change.id.desc())).first()
    assert undoes and f"/{undoes}/" in undo
    session.rollback()
    again = anne.post(undo)
    assert "quelqu’un a changé cela depuis" in anne.get(again.headers["Location"]).text


def test_what_was_said_of_the_newer_text_is_kept_when_the_year_goes_back(
    as_: As, answered: str, session: Session
) -> None:
    anne = as_("Anne")
    undo = undo_in(pass_on(anne, answered))
    added = answered.replace("nouveau-texte", "7.2.3")
    anne.post(added, data={"status": "done", "comment": "Deux visites", "text": "2"})
    anne.get(added)
    shown = anne.get(anne.post(undo).headers["Location"]).text
    assert "7.2.3 – Chercher" in shown.partition("Gardé d’un autre texte")[2]
    assert "Deux visites" in shown


@pytest.mark.parametrize(("seen", "wanted"), [(1, 1), (2, 2), (1, 3), (0, 0), (2, 1)])
def test_nobody_passes_to_a_text_that_they_did_not_read_about(
    as_: As, answered: str, session: Session, seen: int, wanted: int
) -> None:
    shown = pass_on(as_("Anne"), answered, seen, wanted)
    assert "relisez les différences" in shown
    assert text_of(session) == 1


def test_a_text_imported_meanwhile_is_read_before_it_is_followed(
    as_: As, answered: str, session: Session
) -> None:
    import_ladder(session, NEWER.replace("délibération", "décision"))
    session.rollback()
    assert "relisez les différences" in pass_on(as_("Anne"), answered)
    assert text_of(session) == 1
    pass_on(as_("Anne"), answered, 1, 3)
    assert text_of(session) == 3


def test_a_frozen_year_stays_on_its_text_for_ever(
    as_: As, page: str, answered: str, opened: Assessment, session: Session
) -> None:
    acting(session, None, Via.PAGE, NOW)
    freeze(session, session.get_one(Assessment, opened.id), now=NOW)
    session.commit()
    assert "a été mis à jour" not in as_("Anne").get(page).text
    assert "le texte le plus récent" in as_("Anne").get(answered).text
    pass_on(as_("Anne"), answered)
    assert text_of(session) == 1


def test_a_year_that_was_frozen_since_does_not_go_back(
    as_: As, page: str, answered: str, session: Session
) -> None:
    anne = as_("Anne")
    undo = undo_in(pass_on(anne, answered))
    anne.post(answered.replace("nouveau-texte", "figer"), data={"annee": "2026"})
    anne.post(undo)
    assert text_of(session) == 2


def test_after_a_month_the_way_back_is_closed(as_: As, answered: str, session: Session) -> None:
    undo = undo_in(pass_on(as_("Anne"), answered))
    with time_machine.travel(TUESDAY + timedelta(days=31), tick=False):
        as_("Anne").post(undo)
    assert text_of(session) == 2


def test_who_looks_on_changes_no_text_and_learns_no_step(
    as_: As, page: str, answered: str, session: Session, cast: Cast
) -> None:
    prove(session, cast, "7.2.1", subject=cast.step(), note="Le Fournil tarde")
    session.rollback()
    data = {"annee": "2026", "de": "1", "vers": "2"}
    assert as_("Henri").post(answered, data=data).status_code == 403
    assert as_("Paul").post(answered, data=data).status_code == 404
    assert as_("Paul").get(answered).status_code == 404
    pass_on(as_("Anne"), answered)
    shown = as_("Henri").get(page).text
    assert "Trois ateliers" in shown and "Invendus du Fournil" in shown
    assert "Peser les invendus" not in shown and "Le Fournil tarde" not in shown


def test_a_new_year_begins_with_the_new_text_and_asks_again_too(
    as_: As, page: str, answered: str, session: Session, cast: Cast
) -> None:
    following = assess(session, cast, 2027)
    assert following.version.number == 2
    session.rollback()
    shown = as_("Anne").get(f"{page}?annee=2027").text
    assert "Une réponse est à revoir" in shown


def test_a_programme_that_was_updated_says_so_too(
    as_: As, on_tuesday: None, session: Session, cast: Cast
) -> None:
    made = follow_call(session, cast, {})
    framework, territory = made.version.framework.public_id, cast.territory().public_id
    text = CALL.read_text().replace("id: aac.1.1\n", "id: aac.1.9\n")
    source = Source("aac-eit-ademe-oec.md", "aac-eit-ademe-oec.md", text.encode(), CALL_KEY)
    import_sources(session, [source], now=NOW)
    session.commit()
    anne = as_("Anne")
    programme = f"/territoires/{territory}/programmes/{framework}"
    assert "1\u00a0critère ajouté et 1\u00a0retiré" in anne.get(programme).text
    shown = pass_on(anne, f"/territoires/{territory}/maturite/{framework}/nouveau-texte")
    assert "suit désormais le nouveau texte" in shown
    assert "a été mis à jour" not in anne.get(programme).text


@pytest.mark.parametrize("is_new", [True, False])
def test_a_question_whose_text_changed_is_asked_again_whichever_way_it_was_answered(
    as_: As, on_tuesday: None, session: Session, cast: Cast, is_new: bool
) -> None:
    made = follow_call(session, cast, {})
    framework, territory = made.version.framework.public_id, cast.territory().public_id
    programme = f"/territoires/{territory}/programmes/{framework}"
    session.rollback()
    anne, henri = as_("Anne"), as_("Henri")
    answer = {"question": "aac.nouveau", "reponse": str(is_new), "version": "1", "text": "1"}
    anne.post(f"{programme}/reponse", data=answer)
    assert "À revoir" not in anne.get(programme).text
    text = CALL.read_text().replace("déjà soutenu par un appel précédent ?", "soutenu avant 2024 ?")
    source = Source("aac-eit-ademe-oec.md", "aac-eit-ademe-oec.md", text.encode(), CALL_KEY)
    import_sources(session, [source], now=NOW)
    session.commit()
    pass_on(anne, f"/territoires/{territory}/maturite/{framework}/nouveau-texte")
    shown, kept = anne.get(programme).text, "Nouveau territoire" if is_new else "Déjà soutenu"
    assert "le texte a changé depuis cette réponse" in shown and "soutenu avant 2024" in shown
    assert 'href="#question-aac.nouveau"' in shown
    assert f"Toujours\u00a0: {kept}</button>" in shown and f"<strong>{kept}." in shown
    # who looks on reads that it waits, and answers nothing
    assert "en attendant d’être revue" in henri.get(programme).text
    (version,) = re.findall(r'name="version" value="(\d+)"', shown)
    anne.post(f"{programme}/reponse", data={**answer, "version": version, "text": "2"})
    shown = anne.get(programme).text
    assert "À revoir" not in shown and f"<strong>{kept}." in shown


def test_one_of_two_who_pass_on_at_once_is_told(
    app: Flask, answered: str, opened: Assessment, session: Session
) -> None:
    assessment_id = opened.id
    session.rollback()
    with app.app_context():
        engine = db.engine
    start, told = threading.Barrier(2), []

    def work() -> None:
        with Session(engine) as own:
            acting(own, None, Via.PAGE, NOW)
            start.wait()
            try:
                year = own.get_one(Assessment, assessment_id)
                follow_new_text(own, year, seen=1, wanted=2)
                own.commit()
                told.append("done")
            except RefusedError as refusal:
                own.rollback()
                told.append(str(refusal))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(one == "done" for one in told) == [False, True]
    assert text_of(session) == 2


def test_a_page_runs_no_more_queries_once_every_answer_was_read_anew(
    as_: As, page: str, answered: str, queries: QueryCount
) -> None:
    anne = as_("Anne")
    pass_on(anne, answered)
    queries.reset()
    anne.get(page)
    # beside the thirteen: the older text, and the title of what it alone holds
    assert len(queries) <= 15, queries.statements
