"""A level, a part of one or the whole measure is given a status of its own, and loses it again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.journal.models import Change
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment, Criterion, Evidence
from app.maturity.queries import standing
from tests.cast import Cast
from tests.maturity.conftest import TUESDAY
from tests.maturity.samples import KEY, assess, follow_call, say
from tests.maturity.test_pages import PART, framework_id, prove, rows

As = Callable[[str], FlaskClient]
DONE, UNSET, NOT_DONE = CriterionStatus.DONE, CriterionStatus.UNSET, CriterionStatus.NOT_DONE


@pytest.fixture
def page(opened: Assessment, cast: Cast) -> str:
    return f"/territoires/{cast.territory().public_id}/maturite"


@pytest.fixture
def level(page: str, session: Session) -> str:
    """The address of 7.2, which holds 7.2.1 and 7.2.2."""
    address = f"{page}/{framework_id(session)}/7.2"
    session.rollback()
    return address


def undo_in(page: str) -> str:
    return re.findall('formaction="([^"]+/annuler/[^"]*)"', page)[0].replace("&amp;", "&")


def score(session: Session, cast: Cast) -> object:
    session.rollback()
    found = standing(session, cast.territory().id, KEY, 2026)
    assert found is not None
    session.rollback()
    return found.level, found.score


def test_the_maturity_page_leads_to_each_level_and_to_the_whole(
    as_: As, page: str, level: str
) -> None:
    for reader in ("Anne", "Henri"):
        shown = as_(reader).get(page).text
        assert f'<a href="{level}?annee=2026">7.2 – Faire</a>' in shown
        assert f'href="{level.removesuffix(".2")}?annee=2026">7 dans son ensemble</a>' in shown


def test_the_page_of_a_level_tells_its_percentage_and_what_it_consists_of(
    as_: As, level: str, opened: Assessment, session: Session, cast: Cast
) -> None:
    say(session, cast, opened, "7.2.1")
    shown = as_("Henri").get(level).text.replace("&#8239;", "\u202f")
    assert "<strong>50\u202f%</strong> réalisé (indicatif)" in shown
    assert "30\u00a0points sur 60\u00a0points" in shown
    assert "Ce qui le compose" in shown and "7.2.1 – Chercher</a>" in shown
    assert "2\u00a0critères en dessous, 1 avec une réponse" in shown
    assert 'name="status"' not in shown
    assert "30\u00a0points réalisés\u00a0: somme de 7.2.1 (30) et 7.2.2 (0)." in shown


def test_a_status_of_its_own_goes_before_those_below_and_the_pages_say_so(
    as_: As, page: str, level: str, opened: Assessment, session: Session, cast: Cast
) -> None:
    say(session, cast, opened, "7.2.1")
    anne = as_("Anne")
    assert anne.post(level, data={"status": "not_done"}).status_code == 303
    shown = anne.get(level).text
    assert "Ce statut l’emporte sur les 2 critères en dessous, qui gardent leur" in shown
    assert "Retirer ce statut" in shown
    assert "0\u00a0point réalisé\u00a0: elle est déclarée pas faite." in shown
    whole = as_("Henri").get(page).text
    assert "Décidé par son propre statut par Anne Vasseur" in whole
    assert "Retirer" not in as_("Henri").get(level).text
    below = anne.get(f"{level}.1").text
    assert "7.2 – Faire a son propre statut\u00a0: pas fait" in below
    assert "Réalisé" in below
    assert score(session, cast) == (0, 0)


def test_taking_it_away_lets_those_below_count_again_and_can_be_undone(
    as_: As, level: str, opened: Assessment, session: Session, cast: Cast
) -> None:
    say(session, cast, opened, "7.2.1")
    before = score(session, cast)
    anne = as_("Anne")
    first = anne.post(level, data={"status": "detailed", "done": "10", "planned": "90"})
    anne.get(first.headers["Location"])
    during = score(session, cast)
    answer = anne.post(level, data={"status": "unset", "version": "1"})
    shown = anne.get(answer.headers["Location"]).text
    assert "7.2 n’a plus de statut propre." in shown
    assert "Sans statut propre" in shown
    assert score(session, cast) == before != during
    anne.post(undo_in(shown))
    assert score(session, cast) == during
    assert [one[:2] for one in rows(session)] == [("7.2", "detailed"), ("7.2.1", DONE)]


def test_the_first_status_is_undone_as_if_nobody_had_spoken(
    as_: As, level: str, session: Session
) -> None:
    anne = as_("Anne")
    answer = anne.post(level, data={"status": "done"}, headers=PART)
    assert answer.status_code == 200 and "7.2 est confirmé." in answer.text
    undo = undo_in(answer.text)
    back = anne.post(undo)
    assert "C’est comme avant\u00a0: 7.2." in anne.get(back.headers["Location"]).text
    assert rows(session) == []
    undoes = session.scalars(select(Change.undoes).order_by(Change.id.desc())).first()
    assert undoes and undo.split("?")[0].endswith(undoes)


def test_an_undo_does_nothing_once_somebody_else_has_spoken(
    as_: As, level: str, session: Session
) -> None:
    anne = as_("Anne")
    undo = undo_in(anne.post(level, data={"status": "done"}, headers=PART).text)
    as_("Anne").post(level, data={"status": "planned", "version": "1"})
    back = anne.post(undo)
    assert "quelqu’un a changé cela depuis" in anne.get(back.headers["Location"]).text
    assert [one[:2] for one in rows(session)] == [("7.2", "planned")]


@pytest.mark.parametrize("why", ["frozen", "old", "twice", "another"])
def test_an_undo_is_refused_with_a_sentence(
    as_: As, page: str, level: str, session: Session, why: str
) -> None:
    anne = as_("Anne")
    undo, when = undo_in(anne.post(level, data={"status": "done"}, headers=PART).text), TUESDAY
    if why == "frozen":
        anne.post(f"{page}/{framework_id(session)}/figer", data={"annee": "2026"})
        session.rollback()
    elif why == "old":
        when += timedelta(days=31)
    elif why == "twice":
        anne.post(undo)
    elif why == "another":
        undo = undo.replace("/7.2/", "/7.1/")
    kept = rows(session)
    session.rollback()
    with time_machine.travel(when, tick=False):
        late = as_("Anne")
        back = late.post(undo)
        said = late.get(back.headers["Location"]).text
    assert "figée" in said if why == "frozen" else "Rien n’est annulé" in said
    assert rows(session) == kept


def test_two_people_at_once_the_second_is_told_and_nothing_is_lost(
    as_: As, level: str, session: Session
) -> None:
    as_("Anne").post(level, data={"status": "done"})
    late = as_("Anne").post(level, data={"status": "not_done", "comment": "Deux ateliers vides"})
    assert late.status_code == 409
    assert "Quelqu’un d’autre vient de confirmer" in late.text
    assert "Deux ateliers vides" in late.text
    assert [one[:2] for one in rows(session)] == [("7.2", DONE)]
    clear = as_("Anne").post(level, data={"status": "unset"})
    assert clear.status_code == 409
    assert [one[:2] for one in rows(session)] == [("7.2", DONE)]


def test_a_level_that_does_not_concern_takes_a_word_and_those_below_go_with_it(
    as_: As, page: str, level: str
) -> None:
    anne = as_("Anne")
    data = {"status": "unset", "not_concerned": "y"}
    refused = anne.post(level, data=data)
    assert refused.status_code == 422
    assert "Dites en quelques mots pourquoi cela ne concerne pas" in refused.text
    assert anne.post(level, data={**data, "comment": "Pas d’industrie"}).status_code == 303
    assert "Les 2 critères en dessous sont écartés avec lui" in anne.get(level).text
    assert "7.2 – Faire est déclaré non concerné" in anne.get(f"{level}.1").text
    assert "ladder__level--not" not in anne.get(page).text


def test_the_whole_measure_has_a_status_of_its_own_too(
    as_: As, page: str, level: str, session: Session, cast: Cast
) -> None:
    whole = level.removesuffix(".2")
    anne = as_("Anne")
    assert "jamais le niveau atteint" in anne.get(whole).text
    assert anne.post(whole, data={"status": "done"}).status_code == 303
    assert "Décidé par son propre statut" in anne.get(page).text
    assert score(session, cast) == (0, 1)
    assert "7 – Relier les ateliers a son propre statut" in anne.get(level).text


def test_a_frozen_year_shows_the_level_and_changes_nothing(
    as_: As, page: str, level: str, session: Session
) -> None:
    anne = as_("Anne")
    anne.post(level, data={"status": "done"})
    anne.post(f"{page}/{framework_id(session)}/figer", data={"annee": "2026"})
    session.rollback()
    shown = anne.get(level).text
    assert "Ce statut l’emporte sur" in shown and "Retirer ce statut" not in shown
    late = anne.post(level, data={"status": "unset", "version": "1"})
    assert "Cette année est figée" in late.text
    assert [one[:2] for one in rows(session)] == [("7.2", DONE)]


def test_onlookers_read_a_level_without_steps_and_change_nothing(
    as_: As, level: str, session: Session, cast: Cast
) -> None:
    prove(session, cast, "7.2", subject=cast.step(), note="Le Fournil tarde")
    session.rollback()
    shown = as_("Henri").get(level).text
    assert "Invendus du Fournil" in shown
    assert "Peser les invendus" not in shown and "Le Fournil tarde" not in shown
    assert as_("Henri").post(level, data={"status": "done"}).status_code == 403
    assert as_("Paul").get(level).status_code == 404
    assert as_("Paul").post(f"{level}/annuler/nulle").status_code == 404
    assert rows(session) == []


def test_a_proof_is_linked_to_a_level_and_stands_on_the_page(
    as_: As, page: str, level: str, session: Session, cast: Cast
) -> None:
    project = cast.project().public_id
    session.rollback()
    anne = as_("Anne")
    assert anne.post(f"{level}/preuves", data={"project": project}).status_code == 303
    session.rollback()
    assert session.scalars(select(Evidence.ref)).one() == "7.2"
    session.rollback()
    assert "Le niveau 7.2 dans son ensemble" in anne.get(page).text
    assert "Invendus du Fournil" in anne.get(level).text
    # proofs propose nothing of a level
    assert f'action="{level}/accepter"' not in anne.get(page).text


def test_a_blank_answer_that_changes_nothing_offers_no_undo(
    as_: As, level: str, session: Session
) -> None:
    anne = as_("Anne")
    anne.get(anne.post(level, data={"status": "done"}).headers["Location"])
    again = anne.post(level, data={"status": "done", "version": "1"}, headers=PART)
    assert again.status_code == 200 and "/annuler/" not in again.text


def test_a_level_that_nobody_spoke_of_a_year_ago_is_not_called_new(
    as_: As, page: str, level: str, session: Session, cast: Cast
) -> None:
    assess(session, cast, 2025)
    session.rollback()
    anne = as_("Anne")
    whole = level.removesuffix(".2")
    for address in (level, whole):
        anne.post(address, data={"status": "done", "annee": "2026"})
    shown = anne.get(f"{whole.rpartition('/')[0]}/comparaison").text
    assert "pas de statut propre" in shown and "nouveau critère" not in shown
    # the whole decides now, and what the level would have brought is not counted twice
    assert "+100\u00a0points" in shown and "+60\u00a0points" not in shown


def test_the_journal_tells_what_became_of_a_level(as_: As, level: str, cast: Cast) -> None:
    anne, territory = as_("Anne"), cast.territory().public_id
    anne.post(level, data={"status": "done"})
    anne.post(level, data={"status": "unset", "version": "1"})
    told = anne.get(f"/territoires/{territory}/journal").text
    assert "a confirmé le critère 7.2\u00a0: réalisé" in told
    assert "a retiré le statut du critère 7.2" in told


def test_a_level_of_a_list_of_objectives_or_a_programme_has_no_such_page(
    as_: As, on_tuesday: None, session: Session, cast: Cast
) -> None:
    made = follow_call(session, cast, {})
    framework, territory = made.version.framework.public_id, cast.territory().public_id
    session.rollback()
    address = f"/territoires/{territory}/maturite/{framework}/aac.1"
    assert as_("Anne").get(address).status_code == 404
    assert session.scalars(select(Criterion.ref).where(Criterion.ref == "aac.1")).all() == []


def test_a_status_of_the_whole_leaves_the_levels_to_what_is_said_below(
    as_: As, page: str, opened: Assessment, session: Session, cast: Cast
) -> None:
    say(session, cast, opened, "7")
    base = f"{page}/{framework_id(session)}"
    session.rollback()
    shown = as_("Anne").get(page).text
    assert "elle compte pour les niveaux, pas pour le score" in shown
    assert "Pour atteindre le niveau 1" in shown and f'href="{base}/7.1?annee=2026"' in shown
    below = as_("Anne").get(f"{base}/7.1").text
    assert "Il décide du score" in below and "l’emporte sur ce qui est dit" not in below


def test_below_a_level_that_is_decided_nothing_is_left_to_confirm(
    as_: As, page: str, opened: Assessment, session: Session, cast: Cast
) -> None:
    prove(session, cast, "7.2.1")
    cast.project().stage = "operational"
    session.commit()
    say(session, cast, opened, "7.2", status=NOT_DONE)
    address = f"{page}/{framework_id(session)}/7.2.1"
    session.rollback()
    anne = as_("Anne")
    shown = anne.get(page).text
    assert f'action="{address}/accepter"' not in shown and "il reste à confirmer" not in shown
    answer = anne.post(f"{address}/accepter", data={"annee": "2026"})
    assert "Le plan ne propose rien ici" in anne.get(answer.headers["Location"]).text
    assert [ref for ref, *_ in rows(session)] == ["7.2"]
    # taken away, the proposal is there again
    cleared = {"status": "unset", "version": "1", "annee": "2026"}
    anne.post(address.removesuffix(".1"), data=cleared)
    assert f'action="{address}/accepter"' in anne.get(page).text
