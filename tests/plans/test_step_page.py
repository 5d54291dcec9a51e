"""The page of a step: what it waits for, what is ticked off, how often its date moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import ProjectState, StepStatus
from app.plans.models import Barrier, CheckItem, Dependency, Step
from app.plans.services.checks import MOST, add_checks, tick
from app.plans.services.steps import reschedule_step
from app.plans.services.waiting import wait_for
from tests.cast import NOW, TODAY, Cast
from tests.conftest import QueryCount
from tests.plans.test_step_routes import step_fields

As = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def anne_acts(session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)


def fresh(session: Session, row: Step) -> Step:
    session.rollback()
    session.refresh(row)
    return row


def chain(session: Session, cast: Cast) -> tuple[Step, Step]:
    """« Réunir » waits for « Peser »."""
    awaited, waiting = cast.step(), cast.step("Réunir les partenaires")
    wait_for(session, waiting, awaited)
    session.commit()
    return awaited, waiting


def test_each_step_says_what_it_waits_for_and_what_waits_for_it(
    as_: As, cast: Cast, session: Session
) -> None:
    awaited, waiting = chain(session, cast)
    page = as_("Anne").get(f"/etapes/{waiting.public_id}").text
    assert f'href="/etapes/{awaited.public_id}"' in page
    page = as_("Anne").get(f"/etapes/{awaited.public_id}").text
    assert "Celles qui l’attendent" in page
    assert "Réunir les partenaires" in page
    listed = as_("Anne").get(f"/projets/{cast.project().public_id}").text
    assert "attend 1 étape" in listed


def test_two_steps_do_not_wait_for_each_other(as_: As, cast: Cast, session: Session) -> None:
    awaited, waiting = chain(session, cast)
    anne = as_("Anne")
    said = anne.post(
        f"/etapes/{awaited.public_id}/attendre",
        data={"etape": waiting.public_id},
        follow_redirects=True,
    )
    assert "sans fin" in said.text
    assert len(session.scalars(select(Dependency)).all()) == 1


def test_a_step_of_another_project_is_not_awaited(session: Session, cast: Cast) -> None:
    other = session.scalars(
        select(Step).where(Step.project_id == cast.project("Sciure pour la chaufferie").id)
    ).first()
    assert other is not None
    with pytest.raises(RefusedError, match="même projet"):
        wait_for(session, cast.step(), other)


def test_what_waits_is_taken_back_and_noted_again(as_: As, cast: Cast, session: Session) -> None:
    awaited, waiting = chain(session, cast)
    anne, data = as_("Anne"), {"etape": awaited.public_id}
    anne.post(f"/etapes/{waiting.public_id}/ne-plus-attendre", data=data)
    session.rollback()
    assert session.scalars(select(Dependency)).all() == []
    for _twice in range(2):
        anne.post(f"/etapes/{waiting.public_id}/attendre", data=data)
    session.rollback()
    assert len(session.scalars(select(Dependency)).all()) == 1


def test_a_date_that_moves_offers_to_move_what_follows_and_takes_it_back(
    as_: As, cast: Cast, session: Session
) -> None:
    awaited, waiting = chain(session, cast)
    anne, planned = as_("Anne"), awaited.due_on
    assert (planned, waiting.due_on) == (date(2026, 4, 17), date(2026, 4, 20))
    moved = step_fields(awaited, due_on="2026-04-22")
    page = anne.post(
        f"/etapes/{awaited.public_id}/modifier", data=moved, follow_redirects=True
    ).text
    assert "1 étape attend celle-ci" in page
    offered = anne.get(f"/etapes/{awaited.public_id}/suites?avant=2026-04-17").text
    assert "du 20 avril 2026 au 23 avril 2026" in offered.replace("\u00a0", " ")
    answer = anne.post(
        f"/etapes/{awaited.public_id}/suites",
        data={"avant": "2026-04-17", "etape": waiting.public_id},
    )
    assert fresh(session, waiting).due_on == date(2026, 4, 23)
    page = anne.get(answer.location).text
    undo = page.split('formaction="/journal/')[1].split('"')[0]
    anne.post(f"/journal/{undo.replace('&amp;', '&')}")
    assert (fresh(session, waiting).due_on, waiting.times_moved) == (date(2026, 4, 20), 0)


def test_a_step_that_is_not_chosen_keeps_its_date(as_: As, cast: Cast, session: Session) -> None:
    awaited, waiting = chain(session, cast)
    reschedule_step(session, awaited, due_on=date(2026, 5, 20), now=NOW)
    session.commit()
    as_("Anne").post(f"/etapes/{awaited.public_id}/suites", data={"avant": "2026-04-17"})
    assert fresh(session, waiting).due_on == date(2026, 4, 20)


def test_a_moved_date_is_counted_once_the_project_is_launched(session: Session, cast: Cast) -> None:
    step = cast.step()
    assert step.due_on is not None
    step.project.state = ProjectState.DRAFT
    reschedule_step(session, step, due_on=step.due_on + timedelta(days=1), now=NOW)
    assert step.times_moved == 0
    step.project.state = ProjectState.ACTIVE
    for _each in range(2):
        reschedule_step(session, step, due_on=step.due_on + timedelta(days=7), now=NOW)
    assert step.times_moved == 2


def test_the_page_tells_each_date_that_was_replaced_and_by_whom(
    as_: As, cast: Cast, session: Session
) -> None:
    step = cast.step()
    for day in (date(2026, 4, 24), date(2026, 5, 6)):
        reschedule_step(session, step, due_on=day, now=NOW)
    session.commit()
    page = as_("Anne").get(f"/etapes/{step.public_id}").text.replace("\u00a0", " ")
    assert "Date déplacée 2 fois" in page
    assert "du 17 avril 2026 au 24 avril 2026" in page
    assert "du 24 avril 2026 au 6 mai 2026" in page
    listed = as_("Anne").get(f"/projets/{cast.project().public_id}").text
    assert "date déplacée 2 fois" in listed


def test_points_are_ticked_by_whose_step_it_is(as_: As, cast: Cast, session: Session) -> None:
    step, lucie = cast.step(), as_("Lucie")
    lucie.post(f"/etapes/{step.public_id}/points", data={"points": "Balance\n\n Seau \nBalance"})
    session.rollback()
    items = session.scalars(select(CheckItem).order_by(CheckItem.id)).all()
    assert [item.label for item in items] == ["Balance", "Seau"]
    first, second = (item.public_id for item in items)
    lucie.post(f"/points/{first}/cocher", data={"fait": "oui"})
    page = lucie.post(f"/points/{second}/cocher", data={"fait": "oui"}, follow_redirects=True).text
    assert "l’étape est-elle faite" in page
    assert fresh(session, step).status is StepStatus.TODO
    assert "2/2 cochés" in as_("Anne").get(f"/projets/{cast.project().public_id}").text


def test_a_point_ticked_twice_stays_with_whoever_was_first(session: Session, cast: Cast) -> None:
    [item] = add_checks(session, cast.step(), ["Balance"])
    tick(item, done=True, person_id=cast.person("Lucie").id, now=NOW)
    tick(item, done=True, person_id=cast.person("Anne").id, now=NOW + timedelta(days=1))
    assert (item.done_at, item.done_by_id) == (NOW, cast.person("Lucie").id)


def test_a_point_that_was_removed_comes_back(as_: As, cast: Cast, session: Session) -> None:
    add_checks(session, cast.step(), ["Balance"])
    session.commit()
    lucie = as_("Lucie")
    item = session.scalars(select(CheckItem.public_id)).one()
    session.rollback()
    page = lucie.post(f"/points/{item}/retirer", follow_redirects=True).text
    [undo] = re.findall(r'formaction="(/etapes/\w+/points\?[^"]+)"', page)
    session.rollback()
    assert session.scalars(select(CheckItem)).all() == []
    session.rollback()
    lucie.post(undo.replace("&amp;", "&"))
    session.rollback()
    assert session.scalars(select(CheckItem)).one().label == "Balance"


def test_a_step_holds_no_more_points_than_a_page_can_show(session: Session, cast: Cast) -> None:
    with pytest.raises(RefusedError, match="au plus"):
        add_checks(session, cast.step(), [f"Point {number}" for number in range(MOST + 1)])


def test_what_unblocked_a_step_is_kept_for_the_next_one(
    as_: As, cast: Cast, session: Session
) -> None:
    step, lucie = cast.step(), as_("Lucie")
    said = {"barrier": "regulatory", "note": "Un arrêté", "lever": "Un avis de la préfecture"}
    lucie.post(f"/etapes/{step.public_id}/bloquer", data=said)
    assert "Un avis de la préfecture" in lucie.get(f"/etapes/{step.public_id}").text
    lucie.post(f"/etapes/{step.public_id}/debloquer", data={"how": "Une visite sur place"})
    assert fresh(session, step).status is StepStatus.IN_PROGRESS
    assert step.lever is None
    kept = session.scalars(select(Barrier)).one()
    assert (kept.note, kept.lever, kept.lifted_how) == (
        "Un arrêté",
        "Un avis de la préfecture",
        "Une visite sur place",
    )
    assert kept.lifted_on is not None
    assert (
        "Une visite sur place"
        in as_("Anne").get(f"/projets/{cast.project().public_id}/freins").text
    )


def test_an_answer_from_a_mail_does_not_forget_what_would_unblock(
    as_: As, cast: Cast, session: Session
) -> None:
    step, lucie = cast.step(), as_("Lucie")
    said = {"barrier": "regulatory", "note": "Un arrêté", "lever": "Un avis"}
    lucie.post(f"/etapes/{step.public_id}/bloquer", data=said)
    anne = as_("Anne")
    anne.post(f"/etapes/{step.public_id}/statut", data={"status": "in_progress"})
    assert fresh(session, step).lever is None


@pytest.mark.parametrize("many", [1, 25])
def test_the_page_costs_the_same_whatever_stands_around_the_step(
    as_: As, cast: Cast, session: Session, queries: QueryCount, many: int
) -> None:
    step = cast.step()
    add_checks(session, step, [f"Point {number}" for number in range(many)])
    for number in range(many):
        day = date(2026, 5, 1) + timedelta(days=number)
        reschedule_step(session, step, due_on=day, now=NOW)
    session.commit()
    anne = as_("Anne")
    queries.reset()
    assert "Point 0" in anne.get(f"/etapes/{step.public_id}").text
    assert len(queries) == 15, queries.statements


def test_who_looks_on_does_not_find_the_step(as_: As, cast: Cast) -> None:
    for onlooker in ("Sylvie", "Henri", "Paul"):
        assert as_(onlooker).get(f"/etapes/{cast.step().public_id}").status_code == 404


def test_a_late_step_says_what_no_longer_holds(as_: As, cast: Cast, session: Session) -> None:
    awaited, waiting = chain(session, cast)
    reschedule_step(session, awaited, due_on=TODAY - timedelta(days=400), now=NOW)
    reschedule_step(session, waiting, due_on=TODAY - timedelta(days=399), now=NOW)
    session.commit()
    assert "Ne tient plus" in as_("Anne").get(f"/etapes/{awaited.public_id}").text
