"""Passing on: nothing changes before the other one has said yes, then everything follows."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState
from app.accounts.models import Ask
from app.accounts.services import asks
from app.accounts.sessions import viewer_of
from app.agreements.models import Commitment
from app.agreements.services.hand_overs import give_theme_back, offer_step, offer_theme
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.plans.kinds import PartnerState, ProjectState, StepStatus
from app.plans.models import Project, Step, Theme
from app.plans.rules import (
    carries_project,
    drives,
    edits_project,
    may_edit_project,
    reads_steps,
    sees_amounts,
    sees_project,
)
from app.plans.services.steps import complete_step
from app.reminders.queries.facts import territories, world
from tests.agreements.worlds import act, end_project, mails_to, part_of
from tests.cast import CAST, NOW, TODAY, Cast


def offer(session: Session, cast: Cast, to: str = "Atelier Bois", by: str = "Lucie") -> Ask:
    return offer_step(
        session,
        cast.step(),
        organisation_id=cast.organisation(to).id,
        person_id=None,
        word="Vous avez le camion",
        asker_id=act(session, cast, by),
        now=NOW,
    )


def recipient(session: Session, step: Step) -> str | None:
    facts = world(session, territories(session), first=TODAY, last=date(2026, 4, 21)).facts
    return next((f.recipient.name for f in facts if f.id == step.id and f.recipient), None)


def test_a_step_stays_where_it_is_until_the_other_one_says_yes(
    session: Session, cast: Cast
) -> None:
    ask = offer(session, cast)
    assert recipient(session, cast.step()) == "Lucie Perrin"
    assert len(mails_to(session, "Marc")) == 1
    marc = act(session, cast, "Marc")
    asks.accept(session, ask, person_id=marc, now=NOW)
    assert recipient(session, cast.step()) == "Marc Oudot"
    assert cast.step().lead_person_id == marc


def test_a_no_changes_nothing(session: Session, cast: Cast) -> None:
    ask = offer(session, cast)
    asks.decline(session, ask, person_id=act(session, cast, "Marc"), now=NOW)
    assert recipient(session, cast.step()) == "Lucie Perrin"


def test_a_new_offer_takes_the_former_back(session: Session, cast: Cast) -> None:
    first, second = offer(session, cast), offer(session, cast, to="CCI des Deux Rives")
    assert (first.state, second.state) == (AskState.WITHDRAWN, AskState.OPEN)
    with pytest.raises(asks.NoLongerStandsError):
        asks.accept(session, first, person_id=act(session, cast, "Marc"), now=NOW)


def test_who_may_no_longer_pass_it_on_passes_nothing_on(session: Session, cast: Cast) -> None:
    ask = offer(session, cast)
    part_of(cast, "Le Fournil").state = PartnerState.RETIRED
    cast.person("Lucie").memberships[0].ended_on = TODAY
    session.flush()
    with pytest.raises(asks.NoLongerStandsError):
        asks.accept(session, ask, person_id=act(session, cast, "Marc"), now=NOW)


def test_a_step_that_is_done_is_passed_to_nobody(session: Session, cast: Cast) -> None:
    ask = offer(session, cast)
    complete_step(session, cast.step(), today=TODAY)
    assert cast.step().status is StepStatus.DONE
    with pytest.raises(asks.NoLongerStandsError):
        asks.accept(session, ask, person_id=act(session, cast, "Marc"), now=NOW)
    with pytest.raises(RefusedError, match="Cette étape est terminée"):
        offer(session, cast)


@pytest.mark.parametrize("state", [ProjectState.CLOSED, ProjectState.ABANDONED])
def test_a_step_of_a_project_that_has_ended_is_passed_to_nobody(
    session: Session, cast: Cast, state: ProjectState
) -> None:
    ask = offer(session, cast)
    end_project(session, cast, state)
    with pytest.raises(asks.NoLongerStandsError):
        asks.accept(session, ask, person_id=act(session, cast, "Marc"), now=NOW)
    with pytest.raises(RefusedError, match="Ce projet est terminé"):
        offer(session, cast)


def test_who_takes_a_step_takes_part(session: Session, cast: Cast) -> None:
    act(session, cast, "Anne")
    part_of(cast, "Atelier Bois").state = PartnerState.RETIRED
    session.flush()
    ask = offer(session, cast)
    asks.accept(session, ask, person_id=act(session, cast, "Marc"), now=NOW)
    session.expire_all()
    back = [
        p
        for p in cast.project().partners
        if p.organisation.name == "Atelier Bois" and p.state is PartnerState.CONFIRMED
    ]
    assert len(back) == 1
    assert len(session.scalars(select(Commitment)).all()) == 2


def hand_theme(session: Session, cast: Cast, to: str) -> Theme:
    theme = session.scalars(select(Theme)).one()
    cast.project().theme_id = theme.id
    ask = offer_theme(
        session,
        theme,
        organisation_id=cast.organisation(to).id,
        word=None,
        asker_id=act(session, cast, "Anne"),
        now=NOW,
    )
    name = {"Atelier Bois": "Marc", "Agence du Cycle": "Sylvie"}[to]
    asks.accept(session, ask, person_id=act(session, cast, name), now=NOW)
    session.flush()
    session.expire_all()
    return theme


def test_a_theme_is_driven_by_whoever_took_it_over(session: Session, cast: Cast) -> None:
    marc = _viewer(session, cast, "Marc")
    assert not may_edit_project(marc, cast.project())
    act(session, cast, "Anne")
    theme = hand_theme(session, cast, "Atelier Bois")
    assert drives(marc, cast.project()) and may_edit_project(marc, cast.project())
    give_theme_back(session, theme)
    assert not may_edit_project(marc, cast.project())


def test_driving_a_theme_opens_no_quantity(session: Session, cast: Cast) -> None:
    act(session, cast, "Anne")
    part_of(cast, "Atelier Bois").state = PartnerState.RETIRED
    hand_theme(session, cast, "Atelier Bois")
    marc, project = _viewer(session, cast, "Marc"), cast.project()
    assert drives(marc, project)
    assert not sees_amounts(marc, project, project.flows[0])


@pytest.mark.parametrize("holder", [None, "Atelier Bois", "Agence du Cycle"])
def test_what_the_database_selects_is_what_the_predicates_allow(
    session: Session, cast: Cast, holder: str | None
) -> None:
    """Rules as SELECTs and as predicates, over the whole cast and every project."""
    act(session, cast, "Anne")
    if holder:
        hand_theme(session, cast, holder)
    for name in CAST:
        viewer = _viewer(session, cast, name)
        for condition, predicate in (
            (edits_project(viewer), may_edit_project),
            (carries_project(viewer), reads_steps),
        ):
            selected = set(session.scalars(select(Project.title).where(condition)))
            seen = session.scalars(select(Project).where(sees_project(viewer))).all()
            allowed = {one.title for one in seen if predicate(viewer, one)}
            assert selected & {one.title for one in seen} == allowed, (name, predicate)


def _viewer(session: Session, cast: Cast, name: str) -> Viewer:
    found = viewer_of(session, cast.person(name).id)
    assert found is not None
    return found
