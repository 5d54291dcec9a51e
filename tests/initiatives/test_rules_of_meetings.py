"""Who sees which meetings and groups: the query and the predicate say the same of everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Person
from app.core.viewer import Viewer
from app.initiatives.kinds.meetings import GroupKind, MeetingState
from app.initiatives.models import Meeting
from app.initiatives.queries.agenda import arriving
from app.initiatives.queries.groups import whole_groups
from app.initiatives.queries.meetings import meeting_list, whole_meetings
from app.initiatives.rules.groups import may_see_group, visible_groups
from app.initiatives.rules.meetings import may_see_meeting, visible_meetings
from app.initiatives.services.convening import convene, invite
from app.initiatives.services.groups import About, add_members, found_group
from app.initiatives.services.meetings import plan_meeting
from app.initiatives.services.minutes import decide
from app.plans.kinds import ProjectState, Stage
from tests.agreements.worlds import act
from tests.cast import NOW, TODAY, Cast
from tests.conftest import QueryCount
from tests.initiatives.gatherings import convened, planned, said
from tests.parts.examples import ON_ONE_FIXTURE

As = Callable[[str], FlaskClient]


@pytest.fixture
def engine_name() -> str:
    """Rights do not depend on the engine."""
    return "sqlite"


def world(session: Session, cast: Cast) -> None:
    """Meetings of every sort: told, not told, of a group, held, cancelled."""
    act(session, cast, "Anne")
    val, atelier = cast.territory(), cast.organisation("Atelier Bois")
    group = found_group(session, val, About(GroupKind.WORKING, "Bois"), now=NOW)
    add_members(session, group, [(atelier.id, cast.person("Marc").id)], today=TODAY)
    silent = About(
        GroupKind.STEERING, "Comité", rapporteur=(cast.organisation("CCI des Deux Rives").id, None)
    )
    found_group(session, val, silent, now=NOW)
    planned(session, cast, "Le Fournil")
    convened(session, cast, "Le Fournil", title="Convoquée")
    convened(session, cast, "Agence du Cycle", title="Avec le fonds", group_id=group.id)
    for state in (MeetingState.HELD, MeetingState.CANCELLED):
        meeting = convened(session, cast, "Atelier Bois", title=state.value)
        meeting.state = state
    session.flush()


@given(st.data())
@settings(max_examples=60, suppress_health_check=ON_ONE_FIXTURE)
def test_query_and_predicate_agree_about_whoever_looks(
    session: Session, cast: Cast, data: st.DataObject
) -> None:
    if session.scalar(select(Meeting.id).limit(1)) is None:
        world(session, cast)
    people = list(session.scalars(select(Person.id)))
    firms = list(session.scalars(select(Organisation.id)))
    place = cast.territory().id
    viewer = Viewer(
        person_id=data.draw(st.sampled_from(people)),
        name="x",
        sign_in_id=1,
        is_operator=data.draw(st.booleans()),
        pilots=data.draw(st.sampled_from([frozenset(), frozenset({place})])),
        observes=data.draw(st.sampled_from([frozenset(), frozenset({place})])),
        organisations=data.draw(st.frozensets(st.sampled_from(firms), max_size=2)),
    )
    god = Viewer(person_id=0, name="", sign_in_id=0, is_operator=True)
    meetings = session.scalars(whole_meetings(god)).unique().all()
    seen = set(session.scalars(visible_meetings(viewer)))
    assert {one for one in meetings if may_see_meeting(viewer, one)} == seen
    groups = session.scalars(whole_groups(god)).unique().all()
    assert {one for one in groups if may_see_group(viewer, one)} == set(
        session.scalars(visible_groups(viewer))
    )


def test_a_list_asks_the_same_whatever_its_length(
    session: Session, cast: Cast, queries: QueryCount, as_: As
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    place, address = cast.territory().public_id, f"/rencontres/{meeting.public_id}"
    group = found_group(session, cast.territory(), About(GroupKind.WORKING, "Bois"), now=NOW)
    session.commit()
    client = as_("Anne")
    pages = (
        f"/territoires/{place}/rencontres",
        address,
        f"/groupes/{group.public_id}",
        "/aujourdhui",
    )

    def counts() -> list[int]:
        found = []
        for page in pages:
            queries.reset()
            assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    few = counts()
    session.rollback()
    act(session, cast, "Anne")
    for number in range(15):
        plan_meeting(
            session,
            cast.territory(),
            said(f"Rencontre {number}", group_id=group.id),
            organiser_id=cast.person("Anne").id,
            now=NOW,
        )
        firm = Organisation(
            name=f"Firme {number}",
            kind=cast.organisation("Le Fournil").kind,
            search_key=f"firme {number}",
            created_at=NOW,
            territories=[cast.territory()],
        )
        session.add(firm)
        session.flush()
        invite(session, meeting, [(firm.id, None)])
        add_members(session, group, [(firm.id, None)], today=TODAY)
    convene(session, meeting, asker_id=cast.person("Anne").id, now=NOW)
    session.commit()
    assert counts() == few


def test_counts_of_a_line_are_those_of_its_meeting(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil", "Atelier Bois")
    invite(session, meeting, [(cast.organisation("CCI des Deux Rives").id, None)])
    god = Viewer(person_id=0, name="", sign_in_id=0, is_operator=True)
    [line] = meeting_list(session, god, cast.territory().id, NOW).coming
    assert line.counts == (0, 0, 2, 1)
    later = meeting_list(session, god, cast.territory().id, meeting.ends_at + timedelta(hours=1))
    assert (later.coming, [one.title for one in later.past]) == ([], ["COPIL de printemps"])


def test_objections_and_decisions_to_take_arrive_by_themselves_and_leave_when_settled(
    session: Session, cast: Cast
) -> None:
    meeting = planned(session, cast, "Le Fournil")
    anne = Viewer(
        person_id=cast.person("Anne").id,
        name="Anne",
        sign_in_id=1,
        pilots=frozenset({cast.territory().id}),
    )

    def told() -> list[str]:
        found = arriving(session, anne, meeting, NOW)
        decided = [f"{one.matter.value} {one.title}" for one in found.decisions]
        return decided + [item.proposal.project.title for item in found.objections]

    assert told() == []
    cast.project().stage = Stage.FEASIBILITY
    session.flush()
    assert told() == ["studied Invendus du Fournil"]
    cast.project().state = ProjectState.PAUSED
    session.flush()
    assert told() == ["paused Invendus du Fournil"]
    cast.project().state, cast.project().stage = ProjectState.ACTIVE, Stage.QUALIFIED
    session.flush()
    assert told() == []
    # a meeting about another project has nothing to do with it
    cast.project().state = ProjectState.PAUSED
    meeting.projects = [cast.project("Piste confidentielle")]
    session.flush()
    assert told() == []


def test_who_has_left_the_firm_reads_no_more_of_what_it_was_invited_to(
    session: Session, cast: Cast, as_: As
) -> None:
    marc = cast.person("Marc")
    meeting = convened(session, cast, "Atelier Bois")
    assert meeting.attendees[0].person_id == marc.id
    group = found_group(session, cast.territory(), About(GroupKind.WORKING, "Bois"), now=NOW)
    add_members(session, group, [(cast.organisation("Atelier Bois").id, marc.id)], today=TODAY)
    session.commit()
    paths = (f"/rencontres/{meeting.public_id}", f"/groupes/{group.public_id}")
    assert [as_("Marc").get(path).status_code for path in paths] == [200, 200]
    session.rollback()
    act(session, cast, "Anne")
    for place in marc.memberships:
        place.ended_on = TODAY
    session.commit()
    assert [as_("Marc").get(path).status_code for path in paths] == [404, 404]


def test_a_decision_of_a_draft_tells_its_title_to_its_owners_alone(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = convened(session, cast, "Atelier Bois")
    meeting.state = MeetingState.HELD
    decide(
        session,
        meeting,
        text="Attendre l’automne",
        project=cast.project("Piste confidentielle"),
        organisation_id=cast.organisation("CC du Val d’Aubrive").id,
        due_on=None,
        due_text=None,
        now=NOW,
    )
    session.commit()
    path = f"/rencontres/{meeting.public_id}"
    told = as_("Marc").get(path).text
    assert "Attendre l’automne" in told
    assert "Piste confidentielle" not in told
    assert "Piste confidentielle" in as_("Anne").get(path).text
