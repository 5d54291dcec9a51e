"""One entry taken back: exactly, by who may, as long as nothing has moved on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.refusals import RefusedError
from app.journal.models import Change
from app.journal.recorder import UNTRACKED
from app.logbook.undoing.services import (
    MOVED_ON,
    NOT_THIS,
    NotYoursError,
)
from app.plans.kinds import (
    BarrierKind,
    PartnerRole,
    ProjectState,
    Stage,
    StepStatus,
    SynergyType,
)
from app.plans.models import Flow, Project, Theme
from app.plans.services.projects import (
    abandon_project,
    change_role,
    close_project,
    confirm_partner,
    describe_project,
    hand_lead,
    launch_project,
    move_stage,
    pause_project,
    reopen_project,
    retire_partner,
    say,
)
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
from app.reminders.services.starting import pause, resume
from tests.cast import NOW, TODAY, Cast
from tests.logbook.deeds import do, every_value, last_batch, undo
from tests.logbook.undoing import anne_acts, partner_of, refusal
from tests.parts.examples import ON_ONE_FIXTURE

__all__ = ["anne_acts"]  # fixtures
As = Callable[[str], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_step_that_was_done_is_to_do_again(session: Session, cast: Cast) -> None:
    step = cast.step()
    batch = do(session, cast, "Lucie", lambda: complete_step(session, step, today=TODAY))
    assert undo(session, cast, "Lucie", batch)
    assert (step.status, step.done_on) == (StepStatus.TODO, None)
    line = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    assert (line.undoes, line.fields) == (batch, {"status": ["done", "todo"]})


def test_an_undo_is_undone_and_the_step_was_done_on_its_first_day(
    session: Session, cast: Cast
) -> None:
    step, later = cast.step(), NOW + timedelta(days=3)
    batch = do(session, cast, "Lucie", lambda: complete_step(session, step, today=TODAY))
    undo(session, cast, "Lucie", batch, at=later)
    again = session.scalars(select(Change.batch).order_by(Change.id.desc()).limit(1)).one()
    undo(session, cast, "Lucie", again, at=later + timedelta(days=1))
    assert (step.status, step.done_on) == (StepStatus.DONE, TODAY)


def test_a_block_comes_back_with_its_reason(session: Session, cast: Cast) -> None:
    step = cast.step()
    blocking = {"barrier": BarrierKind.ECONOMIC, "note": "Trop cher", "today": TODAY}
    do(session, cast, "Lucie", lambda: block_step(session, step, **blocking))
    batch = do(session, cast, "Lucie", lambda: reopen_step(session, step))
    undo(session, cast, "Lucie", batch)
    assert (step.status, step.barrier, step.barrier_note) == (
        StepStatus.BLOCKED,
        BarrierKind.ECONOMIC,
        "Trop cher",
    )
    assert step.blocked_on == TODAY


def test_a_date_that_goes_back_is_a_new_occasion_for_reminders(
    session: Session, cast: Cast
) -> None:
    step, day = cast.step(), date(2026, 5, 4)
    batch = do(session, cast, "Anne", lambda: reschedule_step(session, step, due_on=day, now=NOW))
    later = NOW + timedelta(hours=1)
    undo(session, cast, "Anne", batch, at=later)
    assert (step.due_on, step.scheduled_at) == (date(2026, 4, 17), later)


def test_the_lead_goes_back_to_who_had_it_and_each_has_their_own_part_again(
    session: Session, cast: Cast
) -> None:
    project, fournil = cast.project(), partner_of(cast, "Le Fournil")
    lead = partner_of(cast, "CC du Val d’Aubrive")
    do(session, cast, "Anne", lambda: setattr(project, "state", ProjectState.DRAFT))
    batch = do(session, cast, "Anne", lambda: hand_lead(session, project, fournil))
    undo(session, cast, "Anne", batch)
    assert (lead.role, fournil.role) == (PartnerRole.LEAD, PartnerRole.CONTRIBUTOR)


def test_what_is_decided_together_is_not_taken_back_alone(session: Session, cast: Cast) -> None:
    project, fournil = cast.project(), partner_of(cast, "Le Fournil")
    handed = do(session, cast, "Anne", lambda: hand_lead(session, project, fournil))
    for who in ("Anne", "Karim"):
        assert "avec les autres porteurs" in refusal(session, cast, who, handed)
    promoted = do(
        session,
        cast,
        "Anne",
        lambda: change_role(partner_of(cast, "Atelier Bois"), PartnerRole.CO_OWNER),
    )
    assert "avec les autres porteurs" in refusal(session, cast, "Anne", promoted)


def test_a_flow_that_was_taken_back_returns_with_its_amount_and_to_its_readers_alone(
    session: Session, cast: Cast
) -> None:
    flow = session.scalars(select(Flow)).one()
    kept = (flow.id, flow.quantity, flow.unit, flow.opened_at, flow.label)
    batch = do(session, cast, "Anne", lambda: session.delete(flow))
    for other in ("Marc", "Anne"):
        assert refusal(session, cast, other, batch) == NOT_THIS
    assert undo(session, cast, "Lucie", batch)
    back = session.scalars(select(Flow)).one()
    assert (back.id, back.quantity, back.unit, back.opened_at, back.label) == kept
    assert refusal(session, cast, "Lucie", batch) == MOVED_ON


def test_a_removal_that_came_before_another_one_stays(session: Session, cast: Cast) -> None:
    remove = lambda: session.delete(session.scalars(select(Flow)).one())  # noqa: E731
    first = do(session, cast, "Lucie", remove)
    undo(session, cast, "Lucie", first)
    do(session, cast, "Lucie", remove)
    assert refusal(session, cast, "Lucie", first) == MOVED_ON


# the cast's project, whatever its title has become
FIRST = 1
VERBS = (
    *("complete", "start", "block", "reopen", "abandon", "reschedule", "describe", "move"),
    *("add_step", "stage", "describe_project", "launch", "pause_project", "abandon_project"),
    *("close", "reopen_project", "role", "lead", "retire", "confirm", "remove_flow", "say"),
    *("pause", "resume"),
)


def verbs(session: Session, cast: Cast, draw: st.DataObject) -> dict[str, Callable[[], object]]:
    """What Anne can do, each with what it needs."""
    project = session.scalars(select(Project).where(Project.id == FIRST)).one()
    step = draw.draw(st.sampled_from(sorted(project.steps, key=lambda one: one.id)))
    parts = sorted(project.partners, key=lambda one: one.id)
    part = draw.draw(st.sampled_from(parts))
    day = draw.draw(st.none() | st.dates(date(2026, 4, 8), date(2026, 12, 1)))
    words = draw.draw(st.sampled_from(["", "Chaque soir", "Avant midi"]))
    organisation = draw.draw(st.sampled_from(parts)).organisation_id
    flows = session.scalars(select(Flow)).all()

    def describe() -> None:
        describe_step(
            session,
            step,
            seen_version=step.version,
            title=draw.draw(st.sampled_from([step.title, "Autre titre"])),
            description=words,
            lead_organisation_id=organisation,
            lead_person_id=draw.draw(st.sampled_from([None, step.lead_person_id])),
            due_on=day,
            due_text=words or None,
            is_milestone=draw.draw(st.booleans()),
            now=NOW,
        )

    def describe_all() -> None:
        describe_project(
            project,
            seen_version=project.version,
            title=draw.draw(st.sampled_from([project.title, "Pain et bière"])),
            description=words,
            kind=project.kind,
            synergy_type=draw.draw(st.sampled_from(SynergyType)),
            theme_id=draw.draw(st.sampled_from([None, *session.scalars(select(Theme.id))])),
            zone_id=None,
        )

    found = {
        "complete": lambda: complete_step(session, step, today=TODAY),
        "start": lambda: start_step(session, step, news_on=day),
        "block": lambda: block_step(
            session, step, barrier=BarrierKind.REGULATORY, note=words, today=TODAY
        ),
        "reopen": lambda: reopen_step(session, step),
        "abandon": lambda: abandon_step(session, step),
        "reschedule": lambda: reschedule_step(session, step, due_on=day or TODAY, now=NOW),
        "describe": describe,
        "move": lambda: move_step(session, step, up=draw.draw(st.booleans())),
        "add_step": lambda: add_step(
            session, project, title="Livrer", lead_organisation_id=organisation, now=NOW
        ),
        "stage": lambda: move_stage(
            session, project, draw.draw(st.sampled_from(Stage)), today=TODAY
        ),
        "describe_project": describe_all,
        "launch": lambda: launch_project(project, now=NOW),
        "pause_project": lambda: pause_project(project),
        "abandon_project": lambda: abandon_project(project, reason="Le four est vendu"),
        "close": lambda: close_project(project),
        "reopen_project": lambda: reopen_project(project, now=NOW),
        "role": lambda: change_role(part, draw.draw(st.sampled_from(PartnerRole))),
        "lead": lambda: hand_lead(session, project, part),
        "retire": lambda: retire_partner(session, part),
        "confirm": lambda: confirm_partner(part, person_id=None, text_version="1", now=NOW),
        "remove_flow": lambda: [session.delete(one) for one in flows],
        "say": lambda: say(session, project, author_id=1, body=words or "Bonjour", now=NOW),
        "pause": lambda: pause(session, project.territory_id, until=day),
        "resume": lambda: resume(session, project.territory_id),
    }
    assert sorted(found) == sorted(VERBS)
    return found


@settings(
    max_examples=80,
    suppress_health_check=[*ON_ONE_FIXTURE, HealthCheck.filter_too_much],
)
@given(draw=st.data())
def test_an_undo_restores_exactly_or_refuses_and_changes_nothing(
    session: Session, cast: Cast, draw: st.DataObject
) -> None:
    session.rollback()
    do(session, cast, "Anne", lambda: None)
    for _ in range(draw.draw(st.integers(0, 3))):
        _one(session, cast, draw)
    before, lines = every_value(session), _count(session)
    _one(session, cast, draw)
    assume(_count(session) > lines)
    after = every_value(session)
    who = draw.draw(st.sampled_from(["Anne", "Anne", "Karim", "Lucie"]))
    try:
        with session.begin_nested():
            done = undo(session, cast, who, last_batch(session))
    except (RefusedError, NotYoursError):
        done = False
    assert every_value(session) == (before if done else after)
    event("done" if done else "refused")


def _one(session: Session, cast: Cast, draw: st.DataObject) -> None:
    deed = draw.draw(st.sampled_from(VERBS))
    try:
        with session.begin_nested():
            do(session, cast, "Anne", verbs(session, cast, draw)[deed])
    except RefusedError:
        session.expire_all()


def _count(session: Session) -> int:
    return session.scalar(select(func.count(Change.id))) or 0


def test_of_two_who_undo_at_once_one_does(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    batch = do(session, cast, "Lucie", lambda: complete_step(session, cast.step(), today=TODAY))
    session.execute(update(Change).values(at=clock.now()), execution_options={UNTRACKED: True})
    session.commit()
    session.close()
    clients, meeting = [as_("Anne"), as_("Lucie")], threading.Barrier(2)
    answers: list[int] = []

    def tap(client: FlaskClient) -> None:
        meeting.wait()
        answers.append(client.post(f"/journal/{batch}/annuler").status_code)

    threads = [threading.Thread(target=tap, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    assert session.scalar(select(func.count()).where(Change.undoes == batch)) == 1
    assert cast.step().status is StepStatus.TODO


def test_a_refusal_is_a_sentence_on_the_page(as_: As, session: Session, cast: Cast) -> None:
    deed = lambda: launch_project(cast.project("Piste confidentielle"), now=NOW)  # noqa: E731
    batch = do(session, cast, "Anne", deed, at=clock.now())
    session.commit()
    anne, project = as_("Anne"), cast.project("Piste confidentielle").public_id
    answer = anne.post(
        f"/journal/{batch}/annuler",
        data={"suite": f"/projets/{project}/journal"},
        follow_redirects=True,
    )
    assert answer.request.path == f"/projets/{project}/journal"
    assert "ne redevient pas un brouillon" in answer.text
    elsewhere = anne.post(f"/journal/{batch}/annuler", data={"suite": "https://example.org/"})
    assert elsewhere.location == "/compte/journal"


def test_the_button_is_there_for_who_may_and_goes_with_the_state(
    as_: As, session: Session, cast: Cast
) -> None:
    step, now = cast.step("Fabriquer les caisses"), clock.now()
    batch = do(session, cast, "Marc", lambda: complete_step(session, step, today=TODAY), at=now)
    session.commit()
    journal = f"/projets/{cast.project().public_id}/journal"
    button = f"/journal/{batch}/annuler"
    assert button in as_("Marc").get(journal).text
    assert button in as_("Karim").get(journal).text
    assert button not in as_("Lucie").get(journal).text
    assert as_("Lucie").post(button).status_code == 403
    assert as_("Marc").post(button, headers=HTMX).headers["HX-Redirect"] == "/compte/journal"
    assert button not in as_("Marc").get(journal).text
    told = as_("Anne").get(journal).text
    assert "Marc Oudot annule un changement" in told
