"""What each stage wants: « opérationnelle » is a rule, the rest is advice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.conditions import Condition, StageFacts, missing_rule, wanted
from app.plans.kinds import PartnerState, ProjectKind, Stage, SynergyType
from app.plans.models import Exchange
from app.plans.queries.conditions import stage_facts
from app.plans.services.exchanges import end_exchange, note_exchange, resume_exchange
from app.plans.services.projects import move_stage
from tests.cast import NOW, TODAY, Cast

WORKING = (Stage.OPERATIONAL, Stage.LASTING)


def facts(**values: object) -> StageFacts:
    return StageFacts(today=TODAY, kind=ProjectKind.SYNERGY, **values)  # type: ignore[arg-type]  # as the test says


def test_an_exchange_is_operational_by_one_exchange_and_a_service_by_two_users() -> None:
    exchange = {"synergy_type": SynergyType.SUBSTITUTION}
    shared = {"synergy_type": SynergyType.SHARING}
    assert missing_rule(Stage.OPERATIONAL, facts(**exchange)) is Condition.EXCHANGED
    assert missing_rule(Stage.OPERATIONAL, facts(exchanges=1, users=1, **exchange)) is None
    assert missing_rule(Stage.OPERATIONAL, facts(users=1, **shared)) is Condition.SHARED
    assert missing_rule(Stage.OPERATIONAL, facts(users=2, **shared)) is None


def test_another_action_is_operational_by_two_who_commit() -> None:
    alone = StageFacts(today=TODAY, kind=ProjectKind.ACTION, confirmed=1)
    assert missing_rule(Stage.OPERATIONAL, alone) is Condition.TWO_CONFIRMED
    both = StageFacts(today=TODAY, kind=ProjectKind.ACTION, confirmed=2)
    assert missing_rule(Stage.OPERATIONAL, both) is None


COUNTS = st.integers(0, 3)


@st.composite
def standing(draw: st.DrawFn) -> dict[str, object]:
    names = ("partners", "confirmed", "flows", "planned_steps", "dated_milestones")
    return {
        **{name: draw(COUNTS) for name in (*names, "exchanges", "users")},
        "synergy_type": draw(st.sampled_from(SynergyType)),
        "is_described": draw(st.booleans()),
        "since": draw(st.none() | st.dates(date(2024, 1, 1), TODAY)),
    }


@given(standing(), st.sampled_from(Stage))
def test_nothing_but_the_rule_forbids_a_stage(values: dict[str, object], stage: Stage) -> None:
    found = facts(**values)
    missing = missing_rule(stage, found)
    assert (missing is None) or stage in WORKING
    told = [one for one in wanted(stage, found) if one.is_rule]
    assert len(told) == (1 if stage in WORKING else 0)


@given(standing(), st.sampled_from(("partners", "confirmed", "flows", "exchanges", "users")))
def test_more_of_anything_never_unmakes_a_condition(values: dict[str, object], more: str) -> None:
    richer = {**values, more: values[more] + 1}  # type: ignore[operator]  # a count
    for stage in Stage:
        before = {one.condition for one in wanted(stage, facts(**values)) if one.met}
        after = {one.condition for one in wanted(stage, facts(**richer)) if one.met}
        assert before <= after


@pytest.fixture
def anne_acts(session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)


def _pair(cast: Cast) -> tuple[int, int]:
    return cast.organisation("Le Fournil").id, cast.organisation("Atelier Bois").id


@pytest.mark.usefixtures("anne_acts")
def test_a_project_becomes_operational_the_day_its_exchange_is_noted(
    session: Session, cast: Cast
) -> None:
    project, (giver, user) = cast.project(), _pair(cast)
    project.synergy_type = SynergyType.SUBSTITUTION
    with pytest.raises(RefusedError, match="au moins un échange"):
        move_stage(session, project, Stage.OPERATIONAL, today=TODAY)
    assert project.stage is not Stage.OPERATIONAL
    note_exchange(
        session, project, giver_id=giver, user_id=user, label="Pain", since=TODAY, today=TODAY
    )
    move_stage(session, project, Stage.OPERATIONAL, today=TODAY)
    assert project.stage is Stage.OPERATIONAL


@pytest.mark.usefixtures("anne_acts")
def test_one_user_is_not_two_however_often_they_are_noted(session: Session, cast: Cast) -> None:
    project, (one, other) = cast.project(), _pair(cast)
    project.synergy_type = SynergyType.SHARING
    for day in (TODAY, TODAY - timedelta(days=9)):
        note_exchange(
            session, project, giver_id=None, user_id=one, label="", since=day, today=TODAY
        )
    standing = session.scalars(select(Exchange)).one()
    assert standing.since == TODAY - timedelta(days=9)
    assert stage_facts(session, project, TODAY).users == 1
    note_exchange(
        session, project, giver_id=None, user_id=other, label="", since=TODAY, today=TODAY
    )
    assert stage_facts(session, project, TODAY).users == 2


@pytest.mark.usefixtures("anne_acts")
def test_what_has_ended_no_longer_counts_and_can_be_taken_up_again(
    session: Session, cast: Cast
) -> None:
    project, (giver, user) = cast.project(), _pair(cast)
    made = note_exchange(
        session, project, giver_id=giver, user_id=user, label="", since=TODAY, today=TODAY
    )
    end_exchange(made, until=TODAY)
    session.flush()
    assert stage_facts(session, project, TODAY).exchanges == 0
    with pytest.raises(RefusedError, match="déjà terminé"):
        end_exchange(made, until=TODAY)
    resume_exchange(session, made)
    session.flush()
    assert stage_facts(session, project, TODAY).exchanges == 1


@pytest.mark.usefixtures("anne_acts")
def test_what_began_anew_is_not_taken_up_twice(session: Session, cast: Cast) -> None:
    project, (giver, user) = cast.project(), _pair(cast)
    told = {"giver_id": giver, "user_id": user, "since": TODAY, "today": TODAY}
    first = note_exchange(session, project, label="Pain", **told)
    end_exchange(first, until=TODAY)
    session.flush()
    note_exchange(session, project, label="Farine", **told)
    resume_exchange(session, first)
    end_exchange(first, until=TODAY)
    session.flush()
    note_exchange(session, project, label="Pain", **told)
    with pytest.raises(RefusedError, match="a repris depuis"):
        resume_exchange(session, first)


@pytest.mark.usefixtures("anne_acts")
def test_an_exchange_is_of_partners_and_of_the_past(session: Session, cast: Cast) -> None:
    project, (giver, user) = cast.project(), _pair(cast)
    told = {"label": "", "today": TODAY}
    stranger = cast.organisation("CC de la Sorne").id
    with pytest.raises(RefusedError, match="partenaires du projet"):
        note_exchange(session, project, giver_id=None, user_id=stranger, since=TODAY, **told)
    with pytest.raises(RefusedError, match="deux organisations"):
        note_exchange(session, project, giver_id=user, user_id=user, since=TODAY, **told)
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(RefusedError, match="à venir"):
        note_exchange(session, project, giver_id=giver, user_id=user, since=tomorrow, **told)
    part = next(one for one in project.partners if one.organisation_id == user)
    part.state = PartnerState.RETIRED
    with pytest.raises(RefusedError, match="partenaires du projet"):
        note_exchange(session, project, giver_id=giver, user_id=user, since=TODAY, **told)
