"""Many steps at once: by each one's right, told what stayed, taken back as far as nobody moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.calendar import is_working_day, working_days_earlier, working_days_later
from app.journal.models import Change
from app.plans.kinds import PartnerState, StepStatus
from app.plans.models import Partner, Step
from tests.cast import NOW, Cast
from tests.plans.bulk import add_steps_in_bulk

As = Callable[[str], FlaskClient]
PEEL, BUILD, MEET = "Peser les invendus", "Fabriquer les caisses", "Réunir les partenaires"
KEPT = ("status", "due_on", "due_text", "lead_organisation_id", "lead_person_id", "is_milestone")
KEPT_TOO = ("news_on", "done_on", "blocked_on", "barrier", "barrier_note", "title", "rank")


@pytest.fixture(autouse=True)
def _on_that_day() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


def change(client: FlaskClient, cast: Cast, how: str, *steps: str, **form: str) -> str:
    """Tick these steps, do this to them, and answer the next page, with its message."""
    said = {"how": how, "step": [cast.step(title).public_id for title in steps], **form}
    address = f"/plans/{cast.plan().public_id}/tableau/modifier"
    answer = client.post(address, data=said, follow_redirects=True)
    cast.session.rollback()
    return answer.text


def undo(client: FlaskClient, page: str) -> str:
    [address] = re.findall(r'formaction="(/plans/\w+/tableau/annuler/\w+)"', page)
    return client.post(address, follow_redirects=True).text


def pictures(session: Session) -> dict[str, dict[str, Any]]:
    session.rollback()
    return {
        step.title: {name: getattr(step, name) for name in (*KEPT, *KEPT_TOO)}
        for step in session.scalars(select(Step))
    }


def hand_to(cast: Cast) -> dict[str, str]:
    cci, karim = cast.organisation("CCI des Deux Rives").id, cast.person("Karim").id
    return {"responsable": f"{cci}.{karim}"}


@pytest.mark.parametrize(
    ("how", "form", "field", "found"),
    [
        ("date", {"date": "2026-05-12"}, "due_on", date(2026, 5, 12)),
        ("fait", {}, "status", StepStatus.DONE),
        ("en-cours", {}, "status", StepStatus.IN_PROGRESS),
        ("abandonner", {}, "status", StepStatus.ABANDONED),
        ("jalon", {}, "is_milestone", True),
    ],
)
def test_what_is_ticked_is_changed_and_one_click_takes_it_back(
    as_: As, cast: Cast, session: Session, how: str, form: dict[str, str], field: str, found: Any
) -> None:
    anne, before = as_("Anne"), pictures(session)
    page = change(anne, cast, how, PEEL, MEET, **form)
    assert [getattr(cast.step(title), field) for title in (PEEL, MEET)] == [found, found]
    assert getattr(cast.step(BUILD), field) == before[BUILD][field]
    assert "2 étapes sont comme avant" in undo(anne, page)
    assert pictures(session) == before


def test_it_is_one_batch_of_the_journal(as_: As, cast: Cast, session: Session) -> None:
    last = session.scalars(select(Change.id).order_by(Change.id.desc())).first() or 0
    session.rollback()
    change(as_("Anne"), cast, "fait", PEEL, BUILD, MEET)
    said = session.scalars(select(Change).where(Change.id > last)).all()
    assert len(said) == 3
    assert len({one.batch for one in said}) == 1


def test_days_of_work_are_shifted_over_weekends_and_holidays(
    as_: As, cast: Cast, session: Session
) -> None:
    anne, before = as_("Anne"), pictures(session)
    page = change(anne, cast, "decaler", PEEL, MEET, jours="10")
    # ten working days after 17 and 20 April 2026: 1 May is a holiday
    assert cast.step(PEEL).due_on == date(2026, 5, 4)
    assert cast.step(MEET).due_on == date(2026, 5, 5)
    undo(anne, page)
    change(anne, cast, "decaler", PEEL, jours="−5")
    assert cast.step(PEEL).due_on == date(2026, 4, 10)
    assert before[BUILD]["due_on"] == cast.step(BUILD).due_on


def test_earlier_is_the_way_back_on_working_days() -> None:
    day = date(2026, 4, 17)
    for count in range(1, 60):
        later = working_days_later(day, count, "metropole")
        assert working_days_earlier(later, count, "metropole") == day
        assert is_working_day(later, "metropole")


def test_another_responsible_and_back_leaves_no_partner_behind(
    as_: As, cast: Cast, session: Session
) -> None:
    ferme = cast.organisation("Agence du Cycle")
    project = cast.project()
    part = next(one for one in project.partners if one.organisation_id == ferme.id)
    assert part.state is PartnerState.CONFIRMED
    before, partners = pictures(session), len(session.scalars(select(Partner)).all())
    anne = as_("Anne")
    page = change(anne, cast, "responsable", PEEL, BUILD, **hand_to(cast))
    assert {cast.step(title).lead_person_id for title in (PEEL, BUILD)} == {cast.person("Karim").id}
    undo(anne, page)
    assert pictures(session) == before
    assert len(session.scalars(select(Partner)).all()) == partners


def test_whoever_leads_a_step_says_how_it_goes_but_does_not_move_it(as_: As, cast: Cast) -> None:
    lucie = as_("Lucie")
    page = change(lucie, cast, "date", PEEL, date="2026-05-12")
    assert "Aucune étape changée, 1 laissée" in page
    assert f"{PEEL} (vous n’y avez pas la main)" in page
    assert cast.step(PEEL).due_on == date(2026, 4, 17)
    page = change(lucie, cast, "fait", PEEL, BUILD)
    assert "1 étape notée « fait », 1 laissée" in page.replace("\xa0", " ")
    assert BUILD in page.split("laissée")[1].split("</li>")[0]
    assert cast.step(PEEL).status is StepStatus.DONE
    assert cast.step(BUILD).status is StepStatus.TODO


def test_a_step_that_one_does_not_read_is_no_step(as_: As, cast: Cast) -> None:
    page = change(as_("Marc"), cast, "fait", "Chiffrer le transport")
    assert "Cochez d’abord au moins une étape" in page
    assert cast.step("Chiffrer le transport").status is StepStatus.TODO


def test_a_step_that_is_over_does_not_move_and_is_named(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    change(anne, cast, "fait", PEEL)
    page = change(anne, cast, "date", PEEL, MEET, date="2026-05-12")
    assert "1 étape déplacée, 1 laissée" in page
    assert "Cette étape est déjà terminée" in page


@pytest.mark.parametrize(
    ("how", "form"),
    [
        ("date", {"date": "2026-04-06"}),
        ("date", {"date": "soon"}),
        ("decaler", {"jours": "0"}),
        ("decaler", {"jours": "9999"}),
        ("responsable", {"responsable": "999.1"}),
        ("responsable", {}),
    ],
)
def test_what_makes_no_sense_changes_nothing_and_keeps_the_ticks(
    as_: As, cast: Cast, session: Session, how: str, form: dict[str, str]
) -> None:
    before = pictures(session)
    page = change(as_("Anne"), cast, how, PEEL, **form)
    ticked = re.findall(r'value="(\w+)" aria-label="[^"]+" checked', page)
    assert ticked == [cast.step(PEEL).public_id]
    assert pictures(session) == before


def test_what_somebody_changed_since_stays_and_is_named(
    as_: As, cast: Cast, session: Session
) -> None:
    anne, before = as_("Anne"), pictures(session)
    page = change(anne, cast, "date", PEEL, MEET, date="2026-05-12")
    as_("Lucie").post(f"/etapes/{cast.step(PEEL).public_id}/statut", data={"status": "in_progress"})
    said = undo(anne, page)
    assert "1 étape est comme avant, 1 laissée" in said
    assert f"{PEEL} (changée depuis)" in said
    now = pictures(session)
    assert now[MEET] == before[MEET]
    assert now[PEEL]["due_on"] == date(2026, 5, 12)


def test_only_who_did_it_takes_it_back_and_only_once(as_: As, cast: Cast) -> None:
    anne = as_("Anne")
    page = change(anne, cast, "fait", PEEL)
    assert "déjà annulé, ou trop ancien" in undo(as_("Karim"), page)
    undo(anne, page)
    assert "déjà annulé, ou trop ancien" in undo(anne, page)
    cast.session.rollback()
    assert cast.step(PEEL).status is StepStatus.TODO


def test_a_blocked_step_comes_back_as_blocked_as_it_was(
    as_: As, cast: Cast, session: Session
) -> None:
    anne = as_("Anne")
    blocked = {"barrier": "economic", "note": "Trop cher"}
    anne.post(f"/etapes/{cast.step(PEEL).public_id}/bloquer", data=blocked)
    before = pictures(session)
    with time_machine.travel(datetime(2026, 4, 10, 9, 0, tzinfo=UTC)):
        undo(anne, change(anne, cast, "fait", PEEL, MEET))
    assert before[PEEL]["status"] is StepStatus.BLOCKED
    assert pictures(session) == before


def all_filtered(client: FlaskClient, cast: Cast, total: int, query: str = "q=projet") -> str:
    said = {"how": "fait", "tous": "1", "filtre": query, "total": str(total)}
    address = f"/plans/{cast.plan().public_id}/tableau/modifier"
    text = client.post(address, data=said, follow_redirects=True).text
    cast.session.rollback()
    return text


def test_all_that_is_filtered_is_changed_and_taken_back(
    as_: As, cast: Cast, session: Session
) -> None:
    add_steps_in_bulk(session, cast, 100)
    anne, before = as_("Anne"), pictures(session)
    page = all_filtered(anne, cast, 100)
    assert "76 étapes notées" in page
    assert "24 laissées" in page
    undo(anne, page)
    assert pictures(session).keys() == before.keys()
    assert cast.step(PEEL).status is StepStatus.TODO


def test_a_list_that_has_changed_meanwhile_is_looked_at_first(
    as_: As, cast: Cast, session: Session
) -> None:
    assert "La liste a changé entre-temps" in all_filtered(as_("Anne"), cast, 2, "q=peser")
    assert cast.step(PEEL).status is StepStatus.TODO


def test_more_than_five_hundred_are_filtered_first(as_: As, cast: Cast, session: Session) -> None:
    add_steps_in_bulk(session, cast, 550)
    page = all_filtered(as_("Anne"), cast, 550)
    assert "500 au plus" in page.replace("\xa0", " ")


def test_after_thirty_days_it_is_too_late(as_: As, cast: Cast) -> None:
    page = change(as_("Anne"), cast, "fait", PEEL)
    with time_machine.travel(NOW + timedelta(days=31)):
        assert "trop ancien" in undo(as_("Anne"), page)


def test_what_was_typed_is_kept_beside_the_reason(as_: As, cast: Cast) -> None:
    page = change(as_("Anne"), cast, "date", PEEL, date="2026-04-06", jours="5", **hand_to(cast))
    assert "à partir d’aujourd’hui" in page
    assert 'value="2026-04-06"' in page
    assert 'value="5"' in page
    assert f'value="{hand_to(cast)["responsable"]}" selected' in page
