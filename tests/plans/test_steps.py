"""Steps: what their verbs promise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError, StaleError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import BarrierKind, PartnerRole, PartnerState, StepStatus
from app.plans.models import Step
from app.plans.queries.project import is_late, step_lines
from app.plans.services.steps import (
    abandon_step,
    add_step,
    block_step,
    complete_step,
    describe_step,
    move_step,
    reopen_step,
    reschedule_step,
    start_step,
)
from tests.cast import NOW, TODAY, Cast


@pytest.fixture(autouse=True)
def anne_acts(session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)


def test_a_step_said_done_twice_stays_done_on_the_first_day(session: Session, cast: Cast) -> None:
    step = cast.step()
    complete_step(session, step, today=TODAY)
    complete_step(session, step, today=TODAY + timedelta(days=3))
    assert (step.status, step.done_on) == (StepStatus.DONE, TODAY)


def test_a_blocked_step_says_since_when_and_why_until_it_is_lifted(
    session: Session, cast: Cast
) -> None:
    step = cast.step()
    block_step(session, step, barrier=BarrierKind.REGULATORY, note=" un arrêté ", today=TODAY)
    block_step(
        session, step, barrier=BarrierKind.ECONOMIC, note=None, today=TODAY + timedelta(days=9)
    )
    assert (step.blocked_on, step.barrier, step.barrier_note) == (TODAY, BarrierKind.ECONOMIC, None)
    start_step(session, step)
    assert (step.blocked_on, step.barrier) == (None, None)


def test_taking_done_back_reopens_the_step(session: Session, cast: Cast) -> None:
    step = cast.step()
    complete_step(session, step, today=TODAY)
    reopen_step(session, step)
    assert (step.status, step.done_on) == (StepStatus.TODO, None)


def test_a_moved_date_is_a_new_one_and_lifts_a_promise(session: Session, cast: Cast) -> None:
    step = cast.step()
    start_step(session, step, news_on=date(2026, 4, 30))
    reschedule_step(session, step, due_on=date(2026, 5, 6), now=NOW)
    assert (step.due_on, step.scheduled_at, step.news_on) == (date(2026, 5, 6), NOW, None)


def test_the_date_of_a_finished_step_does_not_move(session: Session, cast: Cast) -> None:
    step = cast.step()
    abandon_step(session, step)
    with pytest.raises(RefusedError, match="déjà terminée"):
        reschedule_step(session, step, due_on=date(2026, 5, 6), now=NOW)


def test_whoever_is_given_a_step_becomes_a_partner_pressenti(session: Session, cast: Cast) -> None:
    project, agency = cast.project(), cast.organisation("CC de la Sorne")
    add_step(session, project, title="Prêter la salle", lead_organisation_id=agency.id, now=NOW)
    [partner] = [p for p in project.partners if p.organisation_id == agency.id]
    assert (partner.role, partner.state) == (PartnerRole.CONTRIBUTOR, PartnerState.APPROACHED)


def test_moving_a_step_writes_that_row_alone(session: Session, cast: Cast) -> None:
    project = cast.project()
    before = {line.title: line.id for line in step_lines(session, project.id, TODAY)}
    ranks = {step.id: step.rank for step in project.steps}
    last = session.get_one(Step, before["Réunir les partenaires"])
    move_step(session, last, up=True)
    titles = [line.title for line in step_lines(session, project.id, TODAY)]
    assert titles == ["Peser les invendus", "Réunir les partenaires", "Fabriquer les caisses"]
    changed = {
        step.id
        for step in session.scalars(select(Step).where(Step.project_id == project.id))
        if step.rank != ranks[step.id]
    }
    assert changed == {last.id}


def test_the_ends_of_the_list_are_said(session: Session, cast: Cast) -> None:
    before = step_lines(session, cast.project().id, TODAY)
    last = session.get_one(Step, before[-1].id)
    with pytest.raises(RefusedError, match="déjà la première"):
        move_step(session, cast.step(), up=True)
    with pytest.raises(RefusedError, match="déjà la dernière"):
        move_step(session, last, up=False)
    assert step_lines(session, cast.project().id, TODAY) == before


def test_steps_added_at_the_same_moment_can_still_be_moved(session: Session, cast: Cast) -> None:
    project, lead = cast.project(), cast.organisation("Le Fournil").id
    twins = [
        add_step(session, project, title=title, lead_organisation_id=lead, now=NOW)
        for title in ("Jumelle A", "Jumelle B")
    ]
    twins[1].rank = twins[0].rank
    session.flush()
    move_step(session, twins[1], up=True)
    titles = [line.title for line in step_lines(session, project.id, TODAY)]
    assert titles.index("Jumelle B") < titles.index("Jumelle A")


def test_a_form_that_is_out_of_date_changes_nothing(session: Session, cast: Cast) -> None:
    step = cast.step()
    with pytest.raises(StaleError):
        describe_step(
            session,
            step,
            seen_version=step.version - 1,
            title="Autre",
            description="",
            lead_organisation_id=step.lead_organisation_id,
            lead_person_id=None,
            due_on=None,
            due_text=None,
            is_milestone=False,
            now=NOW,
        )
    assert step.title == "Peser les invendus"


def test_late_begins_the_day_after_the_due_day() -> None:
    due = date(2026, 4, 17)
    assert not is_late(StepStatus.TODO, due, due)
    assert is_late(StepStatus.TODO, due, due + timedelta(days=1))
    assert not is_late(StepStatus.DONE, due, due + timedelta(days=1))
    assert not is_late(StepStatus.TODO, None, due)


def test_the_database_refuses_a_step_done_on_no_day(session: Session, cast: Cast) -> None:
    cast.step().status = StepStatus.DONE
    with pytest.raises(IntegrityError):
        session.flush()
