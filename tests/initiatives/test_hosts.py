"""In whose name a meeting is called once the person who called it animates no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import TerritoryRole
from app.accounts.services.team import change_role, end_role, give_role, restore_role
from app.accounts.sessions import viewer_of
from app.agreements.services.departures import depart, held_by
from app.initiatives.kinds.meetings import CANCELLED, CONVOCATION
from app.initiatives.models import Meeting
from app.initiatives.queries.hosts import Host, host_of
from app.initiatives.services.meetings import cancel_meeting
from app.outbox import registry
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.overview.queries.feed import own_meetings
from app.privacy.kinds import Cause
from app.privacy.services.erasing import erase
from tests.cast import NOW, TODAY, Cast, colleague
from tests.initiatives.gatherings import convened, delivered, plain

As = Callable[[str], FlaskClient]
Leave = Callable[[Session, Cast], None]


def role_of(session: Session, cast: Cast, name: str) -> TerritoryRole:
    query = select(TerritoryRole).where(
        TerritoryRole.person_id == cast.person(name).id, TerritoryRole.ended_on.is_(None)
    )
    return session.scalars(query).one()


def join(session: Session, cast: Cast, name: str, role: TerritoryRoleKind) -> None:
    """Somebody else animates the Val, and can come in."""
    person = cast.person(name)
    person.password_hash = "a hash"
    give_role(
        session,
        person_id=person.id,
        territory_id=cast.territory().id,
        role=role,
        function=None,
        today=TODAY,
    )


def leave_the_role(session: Session, cast: Cast) -> None:
    anne = role_of(session, cast, "Anne")
    end_role(session, anne, by_id=anne.person_id, today=TODAY)


def become_an_observer(session: Session, cast: Cast) -> None:
    anne = role_of(session, cast, "Anne")
    observer = TerritoryRoleKind.OBSERVER
    change_role(session, anne, to=observer, function=None, by_id=anne.person_id, today=TODAY)


def be_erased(session: Session, cast: Cast) -> None:
    erase(session, cast.person("Anne").id, cause=Cause.OWN, asked_by_id=None, now=NOW)


WAYS = (leave_the_role, become_an_observer, be_erased)


@pytest.mark.parametrize("leave", WAYS)
def test_a_meeting_is_in_the_name_of_who_animates_now(
    session: Session, cast: Cast, leave: Leave
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    join(session, cast, "Marc", TerritoryRoleKind.FACILITATOR)
    join(session, cast, "Karim", TerritoryRoleKind.PILOT)
    assert host_of(session, meeting).name == "Anne Vasseur"
    leave(session, cast)
    assert host_of(session, meeting) == Host("Karim Haddad", "karim@example.org", None)
    delivered(session)
    cancel_meeting(session, meeting, words=None, now=NOW)
    letter = letter_of(session, CANCELLED)
    assert letter is not None and letter.calendar is not None
    told = (letter.reply_to, letter.from_name)
    assert told == ("karim@example.org", "Karim Haddad (Maillage)")
    calendar = letter.calendar.text.replace("\r\n ", "")
    assert 'ORGANIZER;CN="Karim Haddad":mailto:karim@example.org' in calendar
    assert "Anne" not in letter.text + letter.html + calendar


def letter_of(session: Session, kind: str) -> Letter | None:
    found, mail = registry.find(kind), session.scalars(select(Mail).where(Mail.kind == kind)).one()
    assert found is not None
    letter = found.renew(session, mail, NOW)
    return letter if isinstance(letter, Letter) else None


def test_who_takes_her_role_back_is_the_host_again(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil")
    join(session, cast, "Karim", TerritoryRoleKind.PILOT)
    role = role_of(session, cast, "Anne")
    end_role(session, role, by_id=role.person_id, today=TODAY)
    assert host_of(session, meeting).name == "Karim Haddad"
    restore_role(session, role)
    assert host_of(session, meeting).name == "Anne Vasseur"


def test_where_nobody_animates_the_house_s_own_address_is_used(
    session: Session, cast: Cast
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    role_of(session, cast, "Anne").ended_on = TODAY
    session.flush()
    assert host_of(session, meeting) == Host("Val d’Aubrive")
    letter = letter_of(session, CONVOCATION)
    assert letter is not None and letter.calendar is not None
    assert (letter.reply_to, letter.from_name) == (None, "Val d’Aubrive (Maillage)")
    calendar = letter.calendar.text.replace("\r\n ", "")
    assert 'ORGANIZER;CN="Val d’Aubrive":mailto:maillage@example.org' in calendar


def test_who_pilots_now_finds_it_in_her_calendar_and_runs_it(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    join(session, cast, "Karim", TerritoryRoleKind.PILOT)

    def calendar_of(name: str) -> list[Meeting]:
        viewer = viewer_of(session, cast.person(name).id)
        assert viewer is not None
        return list(own_meetings(session, viewer, NOW))

    assert (calendar_of("Anne"), calendar_of("Karim")) == ([meeting], [])
    leave_the_role(session, cast)
    assert (calendar_of("Anne"), calendar_of("Karim")) == ([], [meeting])
    address = f"/rencontres/{meeting.public_id}/modifier"
    session.commit()
    assert as_("Karim").get(address).status_code == 200
    assert as_("Anne").get(address).status_code == 404


def test_behind_the_link_nobody_is_named_who_is_there_no_more(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    convened(session, cast, "Le Fournil")
    role_of(session, cast, "Anne").ended_on = TODAY
    mail = session.scalars(select(Mail).where(Mail.kind == CONVOCATION)).one()
    token = app.extensions["maillage_links"].token(mail.refs["grant"])
    session.commit()
    with travel(NOW, tick=False):
        page = plain(client.get(f"/presence/{token}").text)
    assert "Anne" not in page
    assert "Val d’Aubrive : répondez simplement au message reçu." in page


def test_who_leaves_a_firm_hands_on_no_broken_question(session: Session, cast: Cast) -> None:
    """A convocation is answered on the meeting's page by whoever is there, by no other mail."""
    convened(session, cast, "Le Fournil")
    nadia, [place] = colleague(session, cast), cast.person("Lucie").memberships
    before = session.scalars(select(Mail.kind)).all()
    assert held_by(session, place).questions == []
    depart(session, place, successor=nadia, now=NOW, zone="Europe/Paris")
    assert session.scalars(select(Mail.kind)).all() == before
