"""Leaving: everything a person held passes on in one screen, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole
from app.accounts.models import Membership
from app.agreements.services.departures import depart, held_by, successors
from app.agreements.services.hand_overs import offer_step
from app.core.refusals import RefusedError
from app.plans.kinds import OPEN_STATUSES, StepStatus
from app.plans.models import Step
from app.plans.services.steps import add_step, complete_step
from app.reminders.queries.facts import territories, world
from tests.agreements.worlds import act, mails_to
from tests.cast import BEGINNING, NOW, TODAY, Cast, colleague
from tests.parts.examples import ON_ONE_FIXTURE

As = Callable[[str], FlaskClient]
ZONE = "Europe/Paris"


def lucies_place(cast: Cast) -> Membership:
    return cast.person("Lucie").memberships[0]


def twelve_steps(session: Session, cast: Cast) -> list[Step]:
    """Eleven more than the one that Lucie leads already."""
    made = [
        add_step(
            session,
            cast.project(),
            title=f"Étape {n}",
            lead_organisation_id=cast.organisation("Le Fournil").id,
            lead_person_id=cast.person("Lucie").id,
            due_on=TODAY + timedelta(days=7 + n),
            now=BEGINNING,
        )
        for n in range(1, 12)
    ]
    return [cast.step(), *made]


def test_everything_passes_to_the_colleague_and_the_reminders_follow(
    session: Session, cast: Cast
) -> None:
    lucie = act(session, cast, "Lucie")
    steps, nadia = twelve_steps(session, cast), colleague(session, cast)
    depart(session, lucies_place(cast), successor=nadia, now=NOW, zone=ZONE)
    assert {step.lead_person_id for step in steps} == {nadia.person_id}
    assert nadia.is_default and nadia.role is MembershipRole.MANAGER
    assert not lucies_place(cast).is_default and lucies_place(cast).ended_on == TODAY
    facts = world(session, territories(session), first=TODAY, last=date(2026, 5, 10)).facts
    spoken_to = {fact.recipient.id for fact in facts if fact.recipient}
    assert nadia.person_id in spoken_to and lucie not in spoken_to


def test_what_is_done_stays_at_the_name_of_who_did_it(session: Session, cast: Cast) -> None:
    lucie = act(session, cast, "Lucie")
    nadia = colleague(session, cast)
    complete_step(session, cast.step(), today=TODAY)
    depart(session, lucies_place(cast), successor=nadia, now=NOW, zone=ZONE)
    assert cast.step().lead_person_id == lucie
    assert cast.step().status is StepStatus.DONE


def test_without_a_successor_the_steps_stay_with_the_organisation(
    session: Session, cast: Cast
) -> None:
    act(session, cast, "Lucie")
    depart(session, lucies_place(cast), successor=None, now=NOW, zone=ZONE)
    step = cast.step()
    assert step.lead_person_id is None
    assert step.lead_organisation.name == "Le Fournil"


def test_a_question_put_to_them_is_put_to_their_successor(session: Session, cast: Cast) -> None:
    anne = act(session, cast, "Anne")
    ask = offer_step(
        session,
        cast.step("Fabriquer les caisses"),
        organisation_id=cast.organisation("Le Fournil").id,
        person_id=cast.person("Lucie").id,
        word=None,
        asker_id=anne,
        now=NOW,
    )
    nadia = colleague(session, cast)
    depart(session, lucies_place(cast), successor=nadia, now=NOW, zone=ZONE)
    assert ask.asked_person_id == nadia.person_id
    assert len(mails_to(session, "Nadia")) == 1


def test_without_a_successor_a_question_goes_to_whoever_is_there_and_not_to_who_left(
    session: Session, cast: Cast
) -> None:
    anne, lucie = act(session, cast, "Anne"), cast.person("Lucie").id
    ask = offer_step(
        session,
        cast.step("Fabriquer les caisses"),
        organisation_id=cast.organisation("Le Fournil").id,
        person_id=lucie,
        word=None,
        asker_id=anne,
        now=NOW,
    )
    colleague(session, cast)
    depart(session, lucies_place(cast), successor=None, now=NOW, zone=ZONE)
    assert ask.asked_person_id is None
    assert len(mails_to(session, "Nadia")) == 1
    assert len(mails_to(session, "Lucie")) == 1, "the one that was written before she left"


def test_a_successor_from_elsewhere_is_refused_and_nothing_moves(
    session: Session, cast: Cast
) -> None:
    act(session, cast, "Lucie")
    marcs = cast.person("Marc").memberships[0]
    with pytest.raises(RefusedError, match="même organisation"):
        depart(session, lucies_place(cast), successor=marcs, now=NOW, zone=ZONE)
    assert cast.step().lead_person_id == cast.person("Lucie").id


def test_the_first_proposed_is_whoever_can_answer(session: Session, cast: Cast) -> None:
    act(session, cast, "Lucie")
    silent = colleague(session, cast, "Omar Zidi")
    silent.person.email = None
    nadia = colleague(session, cast)
    assert successors(session, lucies_place(cast)) == [nadia, silent]


@settings(suppress_health_check=ON_ONE_FIXTURE, max_examples=25)
@given(st.lists(st.sampled_from(list(StepStatus)), max_size=6), st.booleans())
def test_nobody_who_left_holds_anything_open(
    session: Session, cast: Cast, statuses: list[StepStatus], named: bool
) -> None:
    """Whatever they held: no open step at the name of somebody who is not there."""
    lucie = act(session, cast, "Lucie")
    for step, status in zip(twelve_steps(session, cast), statuses, strict=False):
        step.status = status
        step.done_on = TODAY if status is StepStatus.DONE else None
        step.blocked_on = TODAY if status is StepStatus.BLOCKED else None
    session.flush()
    nadia = colleague(session, cast) if named else None
    heir = nadia.person_id if nadia else None
    held = depart(session, lucies_place(cast), successor=nadia, now=NOW, zone=ZONE)
    still = session.scalars(
        select(Step).where(Step.lead_person_id == lucie, Step.status.in_(OPEN_STATUSES))
    ).all()
    assert still == []
    assert {step.lead_person_id for step in held.steps} <= {heir}
    assert held_by(session, lucies_place(cast)).steps == []
    session.rollback()


def test_one_leaves_by_oneself_and_a_neighbour_takes_nobody_out(as_: As, cast: Cast) -> None:
    fournil, lucie = cast.organisation("Le Fournil").public_id, cast.person("Lucie").public_id
    project = cast.project().public_id
    address = f"/organisations/{fournil}/contacts/{lucie}/depart"
    assert as_("Marc").post(address).status_code == 404
    assert as_("Sylvie").post(address).status_code == 403
    page = as_("Lucie").get(address).text
    assert "Vous quittez Le Fournil" in page and "Peser les invendus" in page
    assert as_("Lucie").post(address, data={"a": "nobody-here"}).status_code == 400
    assert as_("Lucie").post(address, data={"a": ""}).status_code == 303
    assert as_("Lucie").get(f"/projets/{project}").status_code == 404
    assert as_("Anne").get(address).status_code == 404
