"""What each engine reads in its own way: unions, groups, keysets and locks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from app.core.viewer import Viewer
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.queries.campaigns import contact_lines, progress
from app.initiatives.queries.hosts import host_of
from app.initiatives.queries.leads import CatalogueFilter, Tab, catalogue, counts, side_by_side
from app.initiatives.queries.notes import NoteFilter, follow_ups, note_lines
from app.initiatives.queries.told import last_told
from app.initiatives.services.campaigns import move_company, open_campaign
from app.initiatives.services.leads import Lead, capture, make_project, reopen_lead
from app.initiatives.services.meetings import cancel_meeting, describe_meeting, reopen_meeting
from app.initiatives.services.notes import take_back, wait_again
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.kinds import FlowDirection, ResourceKind
from app.reminders.queries.calls import latest_calls, to_call
from app.reminders.queries.facts import facts_of
from tests.cast import NOW, Cast
from tests.initiatives.conftest import Noted
from tests.initiatives.gatherings import convened, delivered, said


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_campaign_counts_and_lists_its_companies(session: Session, cast: Cast) -> None:
    now, territory = clock.now(), cast.territory().id
    acting(session, None, Via.COMMAND, now)
    made = open_campaign(
        session, territory_id=territory, zone_id=None, title="Tour", today=now.date()
    )
    move_company(
        session,
        made,
        organisation_id=cast.organisation("Le Fournil").id,
        state=ContactState.MET,
        person_id=cast.person("Anne").id,
        now=now,
    )
    [standing] = progress(session, territory)
    assert (standing.reached, standing.total) == (1, 2)
    [met] = contact_lines(session, made.id, ContactState.MET)
    assert (met.name, met.state) == ("Le Fournil", ContactState.MET)
    first = contact_lines(session, made.id)[0]
    after = contact_lines(session, made.id, after=(first.search_key, first.id))
    assert [one.name for one in after] == ["Le Fournil"]


def test_the_catalogue_reads_leads_and_projects_at_once(
    session: Session, cast: Cast, viewers: dict[str, Viewer]
) -> None:
    now, territory = clock.now(), cast.territory().id
    acting(session, None, Via.COMMAND, now)
    lead = capture(
        session,
        territory_id=territory,
        lead=Lead(
            "Pain rassis",
            FlowDirection.INPUT,
            ResourceKind.BY_PRODUCT,
            organisations=[cast.organisation("Atelier Bois")],
        ),
        brought_by_id=cast.person("Anne").id,
        brought_by_organisation_id=None,
        now=now,
    )
    found = catalogue(session, viewers["Anne"], territory, CatalogueFilter(Tab.ALL))
    assert found[0].title == "Pain rassis"
    assert (found[0].direction, found[0].resource) == (lead.direction, lead.resource)
    key = (found[0].at, int(found[0].is_project), found[0].id)
    rest = catalogue(session, viewers["Anne"], territory, CatalogueFilter(Tab.ALL, after=key))
    assert [one.title for one in rest] == [one.title for one in found[1:]]
    assert [pair.offer.title for pair in side_by_side(session, viewers["Anne"], territory)] == [
        "Pain invendu"
    ]
    assert [one.number for one in counts(session, territory)] == [1]
    make_project(session, lead, own_organisation_id=None, now=now)
    session.refresh(lead)
    reopen_lead(session, lead)
    assert lead.project_id is None


def test_notes_are_listed_waited_for_and_read_by_the_relances(
    session: Session, cast: Cast, viewers: dict[str, Viewer], noted: Noted
) -> None:
    note = noted("Anne", own="CC du Val d’Aubrive", steps=[cast.step()])
    anne, territory, day = viewers["Anne"], cast.territory().id, note.noted_on
    [fact] = facts_of(session, [cast.step().id]).values()
    assert fact.quiet_until == day + timedelta(days=7)
    wait_again(session, note, until=day)
    assert [one.organisation for one in follow_ups(session, anne, territory, day)] == ["Le Fournil"]
    assert note_lines(session, anne, territory, NoteFilter(after=(day, note.id))) == []
    assert [one.by for one in latest_calls(session, territory)] == ["Anne Vasseur"]
    assert to_call(session, territory, day) == []
    take_back(session, note, now=clock.now())
    assert note_lines(session, anne, territory, NoteFilter()) == []


def test_what_was_told_of_a_meeting_and_who_speaks_for_it(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil", "Atelier Bois")
    delivered(session)
    acting(session, None, Via.COMMAND, NOW)
    soon = NOW + timedelta(hours=1)
    there = replace(said(), place="Halle")
    assert describe_meeting(session, meeting, there, seen_version=meeting.version, now=soon) == 2
    told = last_told(session, meeting.attendees)
    assert {one.place for one in told.values()} == {"Salle du Lavoir"}
    assert cancel_meeting(session, meeting, words=None, now=soon) == 2
    later = soon + timedelta(hours=1)
    assert reopen_meeting(session, meeting, now=later) == 2
    assert host_of(session, meeting).email == "anne@example.org"
