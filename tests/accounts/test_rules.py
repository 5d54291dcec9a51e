"""What is visible by query is what the predicates say, for any viewer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import Organisation, Person, Territory, TerritoryRole
from app.accounts.rules import (
    calls_organisation,
    may_admit,
    may_animate,
    may_change_role,
    may_create_organisation,
    may_edit_person,
    may_end_role,
    may_manage_organisation,
    may_merge,
    may_name,
    may_restore_role,
    may_see_contacts,
    may_see_people,
    may_see_role,
    may_see_territory,
    may_set_territory,
    operated_territories,
    visible_organisations,
    visible_people,
    visible_roles,
    visible_territories,
)
from app.accounts.sessions import viewer_of
from app.core.viewer import Viewer
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import PartnerState, ProjectState
from app.plans.models import Project
from app.plans.rules import CARRYING, visible_projects, visible_steps
from tests.cast import CAST, NOW, TODAY, Cast
from tests.parts.examples import ON_ONE_FIXTURE

ids = st.frozensets(st.integers(1, 8), max_size=4)
viewers = st.builds(
    Viewer,
    person_id=st.integers(1, 9),
    name=st.just("Somebody"),
    sign_in_id=st.just(1),
    is_operator=st.booleans(),
    pilots=ids,
    facilitates=ids,
    observes=ids,
    organisations=ids,
    manages=ids,
)
DATABASE = settings(
    max_examples=150,
    # the database is only read
    suppress_health_check=ON_ONE_FIXTURE,
)


@DATABASE
@given(viewer=viewers)
def test_the_visible_organisations_are_those_the_predicate_admits(
    session: Session, viewer: Viewer
) -> None:
    everywhere = session.scalars(select(Organisation)).all()
    by_query = set(session.scalars(visible_organisations(viewer)))
    met = met_in_projects(session, viewer)
    assert by_query == {one for one in everywhere if may_see_people(viewer, one) or one.id in met}


@DATABASE
@given(viewer=viewers)
def test_whom_a_partner_may_call_is_who_carries_a_running_project_with_them(
    session: Session, viewer: Viewer
) -> None:
    by_query = set(session.scalars(select(Organisation.id).where(calls_organisation(viewer))))
    expected = set()
    for project in session.scalars(select(Project)):
        carrying = {
            part.organisation_id
            for part in project.partners
            if part.state is PartnerState.CONFIRMED and part.role in CARRYING
        }
        runs = project.state in (ProjectState.ACTIVE, ProjectState.PAUSED)
        looks_on = project.territory_id in viewer.observes
        if runs and not looks_on and carrying & viewer.organisations:
            expected |= carrying
    assert by_query == expected


@DATABASE
@given(viewer=viewers)
def test_whoever_may_be_called_is_seen(session: Session, viewer: Viewer) -> None:
    seen = set(session.scalars(visible_organisations(viewer).with_only_columns(Organisation.id)))
    called = select(Organisation.id).where(calls_organisation(viewer))
    assert set(session.scalars(called)) <= seen


@DATABASE
@given(viewer=viewers)
def test_the_visible_people_are_those_of_organisations_whose_people_one_sees(
    session: Session, viewer: Viewer
) -> None:
    by_query = set(session.scalars(visible_people(viewer)))
    assert by_query == {
        person
        for person in session.scalars(select(Person))
        if viewer.is_operator
        or any(may_see_people(viewer, place.organisation) for place in person.memberships)
    }


def met_in_projects(session: Session, viewer: Viewer) -> set[int]:
    """Organisations met in projects and steps that the viewer sees, one by one."""
    found = set()
    for project in session.scalars(visible_projects(viewer)):
        found |= {p.organisation_id for p in project.partners if p.state != PartnerState.RETIRED}
    return found | {step.lead_organisation_id for step in session.scalars(visible_steps(viewer))}


@DATABASE
@given(viewer=viewers)
def test_the_visible_territories_are_those_the_predicate_admits(
    session: Session, viewer: Viewer
) -> None:
    own = session.scalars(
        select(Organisation).where(Organisation.id.in_(viewer.organisations))
    ).all()
    by_query = set(session.scalars(visible_territories(viewer)))
    everywhere = session.scalars(select(Territory)).all()
    assert by_query == {one for one in everywhere if may_see_territory(viewer, one, own)}


@DATABASE
@given(viewer=viewers)
def test_who_may_do_more_may_do_less(session: Session, viewer: Viewer) -> None:
    # a manager is a member
    viewer = replace(viewer, organisations=viewer.organisations | viewer.manages)
    for one in session.scalars(select(Organisation)):
        if may_admit(viewer, one):
            assert may_manage_organisation(viewer, one)
        if may_manage_organisation(viewer, one):
            assert may_see_contacts(viewer, one)
        if may_see_contacts(viewer, one):
            assert may_see_people(viewer, one)
        if may_merge(viewer, one):
            assert may_admit(viewer, one)


@dataclass(frozen=True)
class Held:
    """A role of a random world, by the places of its person and its territory in their lists."""

    person: int
    territory: int
    role: TerritoryRoleKind
    ended: bool
    own_leave: bool
    erased: bool


held = st.builds(
    Held,
    st.integers(0, 7),
    st.integers(0, 1),
    st.sampled_from(TerritoryRoleKind),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def write_world(session: Session, world: list[Held]) -> None:
    """Other roles than the cast's, in both territories; rolled back by the caller."""
    acting(session, None, Via.COMMAND, NOW)
    people = session.scalars(select(Person).order_by(Person.id)).all()
    places = session.scalars(select(Territory).order_by(Territory.id)).all()
    present: set[tuple[int, int]] = set()
    for role in session.scalars(select(TerritoryRole)):
        role.ended_on = TODAY
    for one in world:
        person, place = people[one.person], places[one.territory]
        ended = one.ended or (person.id, place.id) in present
        if not ended:
            present.add((person.id, place.id))
        if one.erased:
            person.anonymised_at = NOW
        session.add(
            TerritoryRole(
                person_id=person.id,
                territory_id=place.id,
                role=one.role,
                started_on=TODAY,
                ended_on=TODAY if ended else None,
                own_leave=ended and one.own_leave,
            )
        )
    session.flush()


@DATABASE
@given(viewer=viewers, world=st.lists(held, max_size=6))
def test_the_visible_roles_are_those_the_predicate_admits(
    session: Session, viewer: Viewer, world: list[Held]
) -> None:
    write_world(session, world)
    own = session.scalars(
        select(Organisation).where(Organisation.id.in_(viewer.organisations))
    ).all()
    by_query = set(session.scalars(visible_roles(viewer)))
    everywhere = session.scalars(select(TerritoryRole)).all()
    assert by_query == {one for one in everywhere if may_see_role(viewer, one, own)}
    session.rollback()


@DATABASE
@given(viewer=viewers, world=st.lists(held, max_size=6))
def test_who_may_do_more_to_a_team_may_do_less(
    session: Session, viewer: Viewer, world: list[Held]
) -> None:
    write_world(session, world)
    for role in session.scalars(select(TerritoryRole)):
        place, is_own = role.territory, role.person_id == viewer.person_id
        if may_set_territory(viewer, place):
            assert may_animate(viewer, place)
            assert all(may_name(viewer, place.id, kind) for kind in TerritoryRoleKind)
        if may_name(viewer, place.id, TerritoryRoleKind.PILOT):
            assert place.id in viewer.pilots
        if may_change_role(viewer, role):
            assert may_end_role(viewer, role)
            assert may_animate(viewer, place)
        if may_end_role(viewer, role):
            assert is_own or may_animate(viewer, place)
        if may_restore_role(viewer, role, TODAY):
            assert role.ended_on is not None
            assert is_own or not role.own_leave
            assert not may_restore_role(viewer, role, TODAY + timedelta(days=2))
    session.rollback()


@DATABASE
@given(viewer=viewers)
def test_operated_territories_are_the_operators_alone(session: Session, viewer: Viewer) -> None:
    operated = set(session.scalars(operated_territories(viewer)))
    everywhere = set(session.scalars(select(Territory)))
    assert operated == (everywhere if viewer.is_operator else set())


@pytest.mark.parametrize("name", CAST)
def test_who_sees_nothing_of_a_territory_may_do_nothing_there(
    session: Session, cast: Cast, name: str
) -> None:
    viewer = viewer_of(session, cast.person(name).id)
    assert viewer is not None
    seen = set(session.scalars(visible_territories(viewer)))
    for territory in session.scalars(select(Territory)):
        if territory not in seen:
            assert not may_create_organisation(viewer, territory)
            assert not may_set_territory(viewer, territory)
            assert not any(may_name(viewer, territory.id, kind) for kind in TerritoryRoleKind)


def test_whoever_animates_one_of_two_territories_lets_nobody_into_a_shared_organisation(
    session: Session, cast: Cast
) -> None:
    anne = viewer_of(session, cast.person("Anne").id)
    assert anne is not None
    chamber = cast.organisation("CCI des Deux Rives")
    assert may_manage_organisation(anne, chamber)
    assert not may_admit(anne, chamber)
    both = replace(anne, pilots=frozenset(territory.id for territory in chamber.territories))
    assert may_admit(both, chamber)


def test_a_person_with_an_account_is_edited_by_nobody_else(session: Session, cast: Cast) -> None:
    anne = viewer_of(session, cast.person("Anne").id)
    odile = viewer_of(session, cast.person("Odile").id)
    assert anne is not None
    assert odile is not None
    lucie = cast.person("Lucie")
    assert may_edit_person(anne, lucie, keeps_own=False)
    assert not may_edit_person(anne, lucie, keeps_own=True)
    assert not may_edit_person(odile, lucie, keeps_own=True)


def test_an_anonymised_person_and_one_without_a_place_are_edited_by_nobody(
    session: Session, cast: Cast
) -> None:
    odile = viewer_of(session, cast.person("Odile").id)
    assert odile is not None
    assert not may_edit_person(odile, Person(name="Nulle part", memberships=[]), keeps_own=False)
    gone = cast.person("Marc")
    gone.anonymised_at = NOW
    assert not may_edit_person(odile, gone, keeps_own=False)


def test_who_was_anonymised_is_no_viewer(session: Session, cast: Cast) -> None:
    acting(session, None, Via.COMMAND, NOW)
    lucie = cast.person("Lucie")
    lucie.anonymised_at = NOW
    session.flush()
    assert viewer_of(session, lucie.id) is None
    assert viewer_of(session, 987654) is None


@pytest.mark.parametrize("operates", [False, True])
@pytest.mark.parametrize("name", CAST)
def test_the_header_names_the_visible_territories(
    session: Session, cast: Cast, name: str, operates: bool
) -> None:
    person = cast.person(name)
    acting(session, None, Via.COMMAND, NOW)
    person.is_operator = operates
    session.flush()
    viewer = viewer_of(session, person.id)
    assert viewer is not None
    visible = session.scalars(visible_territories(viewer).order_by(Territory.name))
    assert [(one.id, one.public_id, one.name, one.is_demo) for one in visible] == list(
        viewer.places
    )
