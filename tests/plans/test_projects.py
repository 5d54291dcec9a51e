"""Projects and partners: what their verbs promise, and who may use them."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.sessions import load_viewer, open_session
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import (
    PartnerRole,
    PartnerState,
    PlanState,
    ProjectKind,
    ProjectState,
    Stage,
    SynergyType,
)
from app.plans.labels import LABELS, label
from app.plans.models import Partner, Project, Step
from app.plans.queries.cards import project_card, step_card
from app.plans.queries.project import editable_projects
from app.plans.rules import (
    amount_newcomers,
    edits_project,
    may_comment,
    may_edit_project,
    may_report,
    proposable_plans,
    reads_steps,
    sees_amounts,
    visible_plans,
    visible_projects,
    visible_steps,
)
from app.plans.services.projects import (
    abandon_project,
    add_partner,
    change_role,
    confirm_partner,
    hand_lead,
    launch_project,
    open_project,
    pause_project,
    reopen_project,
    retire_partner,
)
from app.plans.services.steps import open_flow
from tests.cast import CAST, NOW, Cast


@pytest.fixture(autouse=True)
def anne_acts(session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)


def viewer_of(session: Session, cast: Cast, name: str) -> Viewer:
    key = open_session(session, person_id=cast.person(name).id, browser=None, now=NOW)
    found = load_viewer(session, key, NOW)
    assert found is not None
    return found


def test_a_new_project_is_a_draft_with_one_lead(session: Session, cast: Cast) -> None:
    project = open_project(
        session,
        plan=cast.plan(),
        title=" Palettes ",
        kind=ProjectKind.SYNERGY,
        synergy_type=SynergyType.SHARING,
        lead_organisation_id=cast.organisation("CC du Val d’Aubrive").id,
        now=NOW,
    )
    assert (project.title, project.state, project.stage) == (
        "Palettes",
        ProjectState.DRAFT,
        Stage.DISCUSSION,
    )
    assert [(p.role, p.state) for p in project.partners] == [
        (PartnerRole.LEAD, PartnerState.APPROACHED)
    ]


def test_an_abandoned_project_keeps_its_reason_and_can_be_reopened(cast: Cast) -> None:
    project = cast.project()
    with pytest.raises(RefusedError):
        abandon_project(project, reason="  ")
    abandon_project(project, reason="Le four est vendu")
    assert (project.state, project.ended_reason) == (ProjectState.ABANDONED, "Le four est vendu")
    reopen_project(project, now=NOW)
    assert (project.state, project.ended_reason) == (ProjectState.ACTIVE, None)
    assert project.active_since == NOW


def test_a_draft_is_not_paused_but_launched(cast: Cast) -> None:
    draft = cast.project("Piste confidentielle")
    with pytest.raises(RefusedError):
        pause_project(draft)
    launch_project(draft, now=NOW)
    assert (draft.state, draft.active_since) == (ProjectState.ACTIVE, NOW)


def test_the_lead_passes_from_one_confirmed_partner_to_another(
    session: Session, cast: Cast
) -> None:
    project = cast.project()
    former, cci = project.partners[0], project.partners[1]
    with pytest.raises(RefusedError):
        retire_partner(session, former)
    with pytest.raises(RefusedError):
        change_role(former, PartnerRole.OBSERVER)
    hand_lead(session, project, cci)
    session.flush()
    assert (former.role, cci.role) == (PartnerRole.CO_OWNER, PartnerRole.LEAD)


def test_an_organisation_is_a_partner_once_and_may_come_back(session: Session, cast: Cast) -> None:
    project, fournil = cast.project(), cast.organisation("Le Fournil").id
    with pytest.raises(RefusedError, match="déjà partenaire"):
        add_partner(session, project, organisation_id=fournil, role=PartnerRole.CO_OWNER)
    [partner] = [p for p in project.partners if p.organisation_id == fournil]
    retire_partner(session, partner)
    session.flush()
    add_partner(session, project, organisation_id=fournil, role=PartnerRole.CO_OWNER)
    session.flush()
    assert sorted(p.state for p in project.partners if p.organisation_id == fournil) == [
        PartnerState.APPROACHED,
        PartnerState.RETIRED,
    ]


def test_the_database_refuses_two_leads(session: Session, cast: Cast) -> None:
    cast.project().partners[1].role = PartnerRole.LEAD
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_refuses_a_confirmation_without_a_date(session: Session, cast: Cast) -> None:
    project = cast.project("Piste confidentielle")
    session.add(
        Partner(
            project=project,
            territory_id=project.territory_id,
            organisation_id=cast.organisation("Le Fournil").id,
            role=PartnerRole.CONTRIBUTOR,
            state=PartnerState.CONFIRMED,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_what_may_be_changed_is_also_seen(session: Session, cast: Cast) -> None:
    """For the whole cast: every right of a predicate lies inside the visible set."""
    seen_by = {}
    for name in CAST:
        viewer = viewer_of(session, cast, name)
        seen = {p.id for p in session.scalars(visible_projects(viewer))}
        seen_by[name] = {cast_title for cast_title in TITLES if cast.project(cast_title).id in seen}
        everything = list(session.scalars(select(Project)))
        assert seen == {p.id for p in everything if project_card(session, viewer, p.public_id)}
        assert seen == {p.id for p in session.scalars(editable_projects(viewer)).unique()}
        steps = {s.id for s in session.scalars(visible_steps(viewer))}
        every_step = list(session.scalars(select(Step)))
        assert steps == {s.id for s in every_step if step_card(session, viewer, s.public_id)}
        edited = {
            p.id for p in session.scalars(visible_projects(viewer).where(edits_project(viewer)))
        }
        assert edited == {p.id for p in everything if may_edit_project(viewer, p)}, name
        for title in TITLES:
            project = cast.project(title)
            rights = (
                may_edit_project(viewer, project),
                may_comment(viewer, project),
                *(sees_amounts(viewer, project, flow) for flow in project.flows),
            )
            assert project.id in seen or not any(rights), (name, title)
            for step in project.steps:
                assert step.id in steps or not may_report(viewer, step), (name, step.title)
                assert step.id not in steps or project.id in seen, (name, step.title)
                assert (
                    step.id not in steps
                    or reads_steps(viewer, project)
                    or (step.lead_organisation_id in viewer.organisations)
                )
        plans = {p.id for p in session.scalars(visible_plans(viewer))}
        assert {p.id for p in session.scalars(proposable_plans(viewer))} <= plans
    assert seen_by == SEEN


TITLES = ("Invendus du Fournil", "Piste confidentielle", "Sciure pour la chaufferie")
SEEN = {
    "Anne": {"Invendus du Fournil", "Piste confidentielle"},
    "Karim": {"Invendus du Fournil", "Sciure pour la chaufferie"},
    "Lucie": {"Invendus du Fournil"},
    "Marc": {"Invendus du Fournil"},
    "Sylvie": {"Invendus du Fournil"},
    "Henri": {"Invendus du Fournil"},
    "Paul": {"Sciure pour la chaufferie"},
    "Odile": set(TITLES),
}


def test_amounts_are_for_the_confirmed_who_carry_the_project(session: Session, cast: Cast) -> None:
    project = cast.project()
    [flow] = project.flows
    readers = {name for name in CAST if sees_amounts(viewer_of(session, cast, name), project, flow)}
    assert readers == {"Anne", "Karim", "Lucie", "Marc"}
    for partner in project.partners:
        if partner.organisation.name == "Atelier Bois":
            partner.state = PartnerState.INVITED
    assert not sees_amounts(viewer_of(session, cast, "Marc"), project, flow)


def test_nobody_lets_themselves_in_by_joining_later(session: Session, cast: Cast) -> None:
    project = cast.project()
    [flow] = project.flows
    [marcs] = [p for p in project.partners if p.organisation.name == "Atelier Bois"]
    retire_partner(session, marcs)
    session.flush()
    again = add_partner(
        session, project, organisation_id=marcs.organisation_id, role=PartnerRole.CONTRIBUTOR
    )
    confirm_partner(again, person_id=cast.person("Anne").id, text_version="1", now=NOW)
    marc = viewer_of(session, cast, "Marc")
    assert not sees_amounts(marc, project, flow)
    assert amount_newcomers(project, flow) == [marcs.organisation_id]
    open_flow(flow, now=NOW)
    assert sees_amounts(marc, project, flow)


def test_a_project_that_has_ended_is_read_and_not_changed(session: Session, cast: Cast) -> None:
    project = cast.project()
    abandon_project(project, reason="Le four est vendu")
    for name in CAST:
        viewer = viewer_of(session, cast, name)
        assert not may_edit_project(viewer, project)
        assert not any(may_report(viewer, step) for step in project.steps)


def test_every_kind_has_a_french_word() -> None:
    for member in itertools.chain.from_iterable(LABELS):
        assert label(member).strip()


def test_kinds_that_share_a_value_keep_their_own_words() -> None:
    assert (label(PlanState.ACTIVE), label(ProjectState.ACTIVE)) == ("en cours", "Actif")


def test_a_commitment_keeps_its_first_date_and_person(cast: Cast) -> None:
    partner = cast.project().partners[0]
    first = partner.confirmed_at
    confirm_partner(partner, person_id=None, text_version="2", now=NOW + timedelta(days=1))
    assert partner.confirmed_at == first
