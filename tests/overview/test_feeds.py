"""Calendar addresses: private, closed at once, and true at each reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Territory
from app.initiatives.kinds.meetings import MeetingKind
from app.initiatives.models import Meeting
from app.initiatives.services.convening import convene, invite
from app.initiatives.services.meetings import Particulars, cancel_meeting, plan_meeting
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.overview.models import CalendarFeed
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.models import Step
from app.plans.services.steps import (
    abandon_step,
    complete_step,
    describe_step,
    hand_step,
    reschedule_step,
)
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.core.ical import Component, components
from tests.plans.bulk import add_steps_in_bulk

As = Callable[[str], FlaskClient]
PEEL, MEET = "Peser les invendus", "Réunir les partenaires"
OWN = "/compte/calendrier"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def address(client: FlaskClient, page: str = OWN) -> str:
    """Open an address by the page's button, and copy it."""
    text = client.post(page, follow_redirects=True).text
    return re.findall(r'value="http://localhost(/agenda/[^"]+)"', text)[0]


def read(app: Flask, feed: str) -> dict[str, Component]:
    """{title: event} as a program without a cookie reads it."""
    answer = app.test_client().get(feed)
    assert answer.status_code == 200
    text = answer.data.decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return {one["SUMMARY"]: one for one in components(text, "VEVENT")}


def by_uid(events: dict[str, Component], step: Step) -> Component:
    return next(one for one in events.values() if one["UID"] == f"{step.public_id}@localhost")


def act(session: Session, cast: Cast) -> None:
    """Begin anew: what was read before may have been changed meanwhile."""
    session.rollback()
    acting(session, cast.person("Anne").id, Via.PAGE, datetime.now(UTC))


def plan_copil(session: Session, cast: Cast) -> Meeting:
    act(session, cast)
    said = Particulars(
        kind=MeetingKind.STEERING,
        title="COPIL, salle; haute",
        starts_at=datetime(2026, 7, 16, 12, 0, tzinfo=UTC),
        ends_at=datetime(2026, 7, 16, 14, 0, tzinfo=UTC),
        project_ids=(cast.project().id,),
    )
    anne = cast.person("Anne").id
    meeting = plan_meeting(session, cast.territory(), said, organiser_id=anne, now=NOW)
    invite(session, meeting, [(cast.organisation("Le Fournil").id, None)])
    convene(session, meeting, asker_id=anne, now=NOW)
    session.commit()
    return meeting


def test_a_persons_calendar_holds_their_steps_and_meetings(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    plan_copil(session, cast)
    events = read(app, address(as_("Lucie")))
    assert events.keys() == {PEEL, "COPIL, salle; haute"}
    assert events[PEEL]["DTSTART;VALUE=DATE"] == "20260417"
    assert events["COPIL, salle; haute"]["DTSTART;TZID=Europe/Paris"] == "20260716T140000"


def test_the_headers_say_that_it_is_private(app: Flask, as_: As) -> None:
    feed = address(as_("Lucie"))
    answer = app.test_client().get(feed)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    again = app.test_client().get(feed, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_reading_changes_nothing(app: Flask, as_: As, session: Session) -> None:
    feed = address(as_("Lucie"))
    rows = select(*CalendarFeed.__table__.columns)
    before = session.execute(rows).all()
    session.rollback()
    assert app.test_client().get(feed).data == app.test_client().get(feed).data
    assert session.execute(rows).all() == before


def test_renewed_and_closed_act_at_once(app: Flask, as_: As) -> None:
    lucie = as_("Lucie")
    first = address(lucie)
    second = address(lucie)
    assert app.test_client().get(first).status_code == 410
    assert app.test_client().get(second).status_code == 200
    lucie.post(f"{OWN}/fermer")
    assert app.test_client().get(second).status_code == 410
    assert "Créer mon adresse" in lucie.get(OWN).text


def test_an_address_changed_by_a_letter_opens_nothing(app: Flask, as_: As) -> None:
    feed = address(as_("Lucie"))
    token = feed.split("/")[2]
    for forged in (token[:-1], f"{token}x", "x"):
        assert app.test_client().get(f"/agenda/{forged}/maillage.ics").status_code == 410


def test_who_left_sees_nothing_any_more(app: Flask, as_: As, session: Session, cast: Cast) -> None:
    feed, project = address(as_("Lucie")), f"/projets/{cast.project().public_id}/calendrier"
    of_project = address(as_("Lucie"), project)
    assert read(app, of_project)
    act(session, cast)
    lucie = cast.person("Lucie")
    places = session.scalars(select(Membership).where(Membership.person_id == lucie.id))
    for place in places:
        place.ended_on = date(2026, 4, 7)
    session.commit()
    assert read(app, feed) == {}
    assert app.test_client().get(of_project).status_code == 410
    lucie.anonymised_at = NOW
    session.commit()
    assert app.test_client().get(feed).status_code == 410


def test_who_owes_a_second_factor_is_not_let_in_by_a_calendar(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    feed = address(as_("Anne"))
    act(session, cast)
    val: Territory = cast.territory()
    val.second_factor_demanded = True
    session.commit()
    assert app.test_client().get(feed).status_code == 410


def test_a_project_holds_its_steps_its_end_and_what_is_said_about_it(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    plan_copil(session, cast)
    act(session, cast)
    cast.project().ends_on = date(2026, 12, 31)
    session.commit()
    page = f"/projets/{cast.project().public_id}/calendrier"
    end = "Fin du projet : Invendus du Fournil"
    meeting = "COPIL, salle; haute"
    steps = {PEEL, MEET, "Fabriquer les caisses"}
    assert read(app, address(as_("Anne"), page)).keys() == {*steps, end, meeting}
    # the carpenter reads the steps and is not invited; who funds reads neither
    assert read(app, address(as_("Marc"), page)).keys() == {*steps, end}
    assert read(app, address(as_("Sylvie"), page)).keys() == {end}


def test_it_holds_no_quantity_no_note_and_no_secret_draft(
    app: Flask, as_: As, session: Session, cast: Cast
) -> None:
    page = f"/projets/{cast.project().public_id}/calendrier"
    text = app.test_client().get(address(as_("Anne"), page)).text
    # ids and instants hold any digits
    said = re.sub(r"(UID|URL):.*|\d{8}(T\d{6}Z?)?", "", text)
    assert "Peser les invendus" in said and "42" not in said
    draft = f"/projets/{cast.project('Piste confidentielle').public_id}/calendrier"
    assert as_("Lucie").post(draft).status_code == 404
    assert read(app, address(as_("Anne"), draft)) == {}


def test_what_is_done_is_ticked_and_what_is_given_up_is_cancelled_for_sixty_days(
    app: Flask, as_: As, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    feed = address(as_("Anne"), f"/projets/{cast.project().public_id}/calendrier")
    clock.shift(timedelta(hours=1))
    act(session, cast)
    complete_step(session, cast.step(PEEL), today=date(2026, 4, 7))
    abandon_step(session, cast.step(MEET))
    session.commit()
    events = read(app, feed)
    assert events[f"✓ {PEEL}"]["STATUS"] == "CONFIRMED"
    assert events[MEET]["STATUS"] == "CANCELLED"
    clock.shift(timedelta(days=59))
    assert MEET in read(app, feed)
    clock.shift(timedelta(days=2))
    assert MEET not in read(app, feed)


def test_uids_stay_and_sequences_rise_with_each_change(
    app: Flask, as_: As, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    feed = address(as_("Lucie"))
    step = cast.step(PEEL)
    seen = [by_uid(read(app, feed), step)]

    def retitle() -> None:
        describe_step(
            session,
            step,
            seen_version=step.version,
            title="Peser encore",
            description="",
            lead_organisation_id=step.lead_organisation_id,
            lead_person_id=step.lead_person_id,
            due_on=step.due_on,
            due_text=None,
            is_milestone=True,
            now=NOW,
        )

    def rename_project() -> None:
        step.project.title = "Pains du Fournil"

    for deed in (
        lambda: reschedule_step(session, step, due_on=date(2026, 5, 4), now=NOW),
        retitle,
        rename_project,
        lambda: complete_step(session, step, today=date(2026, 4, 8)),
    ):
        clock.shift(timedelta(minutes=5))
        act(session, cast)
        deed()
        session.commit()
        seen.append(by_uid(read(app, feed), step))
    assert len({one["UID"] for one in seen}) == 1
    for name, kind in (("SEQUENCE", int), ("LAST-MODIFIED", str)):
        values = [kind(one[name]) for one in seen]
        assert values == sorted(set(values)), name
    assert seen[-1]["SUMMARY"] == "✓ Jalon : Peser encore"
    assert seen[-1]["DTSTART;VALUE=DATE"] == "20260504"


def test_a_step_that_was_handed_on_is_called_off_where_it_was(
    app: Flask, as_: As, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    lucie, marc = address(as_("Lucie")), address(as_("Marc"))
    step = cast.step(PEEL)
    clock.shift(timedelta(minutes=5))
    act(session, cast)
    atelier = cast.organisation("Atelier Bois").id
    hand_step(session, step, organisation_id=atelier, person_id=None)
    session.commit()
    was, now = by_uid(read(app, lucie), step), by_uid(read(app, marc), step)
    assert (was["STATUS"], was["SUMMARY"]) == ("CANCELLED", PEEL)
    assert now["STATUS"] == "CONFIRMED"
    # once her bakery has no part in it, its title is no longer hers to read
    act(session, cast)
    part = next(one for one in step.project.partners if one.role is PartnerRole.CONTRIBUTOR)
    assert part.organisation.name == "Le Fournil"
    part.state = PartnerState.RETIRED
    session.commit()
    gone = by_uid(read(app, lucie), step)
    assert gone["SUMMARY"] == "Étape retirée de votre calendrier"
    assert "DESCRIPTION" not in gone
    clock.shift(timedelta(days=61))
    assert read(app, lucie) == {}


def test_a_step_that_lost_its_day_is_called_off_on_the_day_it_had(
    app: Flask, as_: As, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    feed, step = address(as_("Lucie")), cast.step(PEEL)
    clock.shift(timedelta(minutes=5))
    act(session, cast)
    step.due_on = None
    session.commit()
    found = by_uid(read(app, feed), step)
    assert (found["STATUS"], found["DTSTART;VALUE=DATE"]) == ("CANCELLED", "20260417")


def test_a_cancelled_meeting_stays_as_cancelled(
    app: Flask, as_: As, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    meeting, feed = plan_copil(session, cast), address(as_("Lucie"))
    before = read(app, feed)[meeting.title]
    clock.shift(timedelta(minutes=5))
    act(session, cast)
    cancel_meeting(session, meeting, words=None, now=datetime.now(UTC))
    session.commit()
    after = read(app, feed)[meeting.title]
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["UID"] == before["UID"]


def test_many_steps_run_as_many_queries_as_one(
    app: Flask, as_: As, session: Session, cast: Cast, queries: QueryCount
) -> None:
    feed = address(as_("Anne"))

    def counted() -> int:
        queries.reset()
        read(app, feed)
        return len(queries)

    few = counted()
    add_steps_in_bulk(session, cast, 300)
    session.rollback()
    assert counted() == few
