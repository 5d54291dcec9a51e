"""Pages of meetings and groups: planned, changed, printed; and what first pages say of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.accounts.kinds import AskKind, AskState
from app.accounts.models import Ask
from app.initiatives.kinds.meetings import GroupKind, MeetingKind, Rsvp
from app.initiatives.merging import two_attendances
from app.initiatives.models import AgendaItem, Meeting, WorkingGroup
from app.initiatives.queries.people import likely
from app.initiatives.services.groups import About, add_members, found_group
from app.initiatives.services.replies import reply
from app.outbox.models import Mail
from app.privacy.kinds import Cause
from app.privacy.services.erasing import erase
from tests.cast import NOW, TODAY, Cast
from tests.initiatives.gatherings import convened, of, plain, planned

As = Callable[[str], FlaskClient]
FORM = {
    "kind": "workshop",
    "title": "Atelier bois",
    "day": "2026-04-16",
    "begins": "14:00",
    "ends": "16:30",
    "group_id": "0",
}


@pytest.fixture
def engine_name() -> str:
    """Pages do not depend on the engine."""
    return "sqlite"


@pytest.fixture(autouse=True)
def on_a_tuesday() -> object:
    with travel(NOW, tick=False):
        yield


def section(page: str, title: str) -> str:
    """The text of the page's section of this title."""
    return plain(page.partition(f">{title}</h2>")[2].partition("</section>")[0])


def test_a_meeting_is_planned_in_the_hours_of_its_territory(
    session: Session, cast: Cast, as_: As
) -> None:
    address = f"/territoires/{cast.territory().public_id}/rencontres/nouvelle"
    session.rollback()
    assert as_("Anne").post(address, data=FORM).status_code == 303
    meeting = session.scalars(select(Meeting)).one()
    assert (meeting.kind, meeting.title) == (MeetingKind.WORKSHOP, "Atelier bois")
    assert meeting.starts_at.isoformat() == "2026-04-16T12:00:00+00:00"
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=2, minutes=30)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"ends": "13:00"}, "Elle finit avant d’avoir commencé."),
        ({"title": " "}, "Donnez un titre à la rencontre."),
        ({"day": "0026-04-16"}, "Vérifiez l’année de cette date."),
        ({"video_url": "javascript:alert(1)"}, "Collez le lien entier, qui commence par https://"),
        ({"kind": "party"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_typed_is_lost(
    session: Session, cast: Cast, as_: As, wrong: dict[str, str], told: str
) -> None:
    address = f"/territoires/{cast.territory().public_id}/rencontres/nouvelle"
    answer = as_("Anne").post(address, data=FORM | {"place": "Halle"} | wrong)
    assert answer.status_code == 422
    assert 'value="Halle"' in answer.text
    assert told in plain(answer.text) or wrong.get("kind")
    assert session.scalars(select(Meeting)).all() == []


def test_two_who_change_a_meeting_at_once_see_both_texts(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = planned(session, cast)
    session.commit()
    client, address = as_("Anne"), f"/rencontres/{meeting.public_id}/modifier"
    session.rollback()
    first = FORM | {"version": str(meeting.version)}
    session.rollback()
    assert client.post(address, data=first).status_code == 303
    answer = client.post(address, data=first | {"title": "Atelier pierre"})
    assert answer.status_code == 409
    assert "Atelier bois" in plain(answer.text) and 'value="Atelier pierre"' in answer.text


def test_points_stand_in_the_order_that_one_gives_them(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = planned(session, cast)
    session.commit()
    client, address = as_("Anne"), f"/rencontres/{meeting.public_id}"
    session.rollback()
    for title in ("Tour de table", "Budget", "Divers"):
        assert client.post(f"{address}/points", data={"title": title}).status_code == 303

    def items() -> dict[str, str]:
        session.rollback()
        query = select(AgendaItem.title, AgendaItem.public_id).order_by(AgendaItem.rank)
        found = {row[0]: row[1] for row in session.execute(query)}
        session.rollback()
        return found

    known = items()
    client.post(f"/points/{known['Divers']}", data={"geste": "monter"})
    client.post(f"/points/{known['Tour de table']}", data={"geste": "monter"})
    client.post(f"/points/{known['Budget']}", data={"geste": "retirer"})
    assert list(items()) == ["Tour de table", "Divers"]


def test_the_group_and_the_partners_are_ticked_already(session: Session, cast: Cast) -> None:
    meeting = planned(session, cast)
    group = found_group(session, cast.territory(), About(GroupKind.WORKING, "Bois"), now=NOW)
    marc = (cast.organisation("Atelier Bois").id, cast.person("Marc").id)
    add_members(session, group, [marc, marc], today=TODAY)
    meeting.group_id = group.id
    meeting.projects = [cast.project()]
    session.flush()
    firms = ("CC du Val d’Aubrive", "CCI des Deux Rives", "Le Fournil", "Agence du Cycle")
    assert likely(session, meeting) == {
        marc,
        *((cast.organisation(firm).id, None) for firm in firms),
    }


def test_the_sheet_lists_who_may_come_and_room_for_others(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = convened(session, cast, "Le Fournil", "Atelier Bois")
    lucie, marc = cast.person("Lucie").id, cast.person("Marc").id
    answers = ((Rsvp.SUBSTITUTE, "Malik Sow", lucie), (Rsvp.NO, None, marc))
    for one, (answer, words, person) in zip(meeting.attendees, answers, strict=True):
        reply(session, one, answer=answer, words=words, person_id=person, now=NOW)
    session.commit()
    page = as_("Anne").get(f"/rencontres/{meeting.public_id}/feuille").text
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")[:-1]
    assert [plain(row) for row in rows] == ["Le Fournil Malik Sow", *[""] * 8]


def test_the_calendar_file_of_the_page_asks_nobody(session: Session, cast: Cast, as_: As) -> None:
    meeting = convened(session, cast, "Le Fournil")
    session.commit()
    answer = as_("Lucie").get(f"/rencontres/{meeting.public_id}/rencontre.ics")
    assert answer.mimetype == "text/calendar"
    lines = answer.text.split("\r\n")
    assert "METHOD:PUBLISH" in lines
    assert [line for line in lines if line.startswith("ATTENDEE")] == []


def test_the_pilot_reads_her_week_with_yes_no_and_silent(
    session: Session, cast: Cast, as_: As
) -> None:
    soon = {"starts_at": NOW + timedelta(days=2), "ends_at": NOW + timedelta(days=2, hours=1)}
    far = {"starts_at": NOW + timedelta(days=9), "ends_at": NOW + timedelta(days=9, hours=1)}
    meeting = convened(session, cast, "Le Fournil", "Atelier Bois", **soon)
    planned(session, cast, title="Bien plus tard", **far)
    reply(
        session,
        of(meeting, "Le Fournil"),
        answer=Rsvp.YES,
        words=None,
        person_id=cast.person("Lucie").id,
        now=NOW,
    )
    session.commit()
    told = section(as_("Anne").get("/aujourdhui").text, "Rencontres de la semaine")
    assert "COPIL de printemps jeudi 9 avril 2026" in told
    assert "1 oui 0 non 1 sans réponse" in told
    assert "Bien plus tard" not in told


def test_a_firm_finds_its_next_invitation_and_answers_there(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    planned(session, cast, "Le Fournil", title="Pas encore envoyée")
    session.commit()
    client = as_("Lucie")
    page = client.get("/aujourdhui").text
    assert "Venez-vous ?" in section(page, "Vos prochaines rencontres")
    assert "Pas encore envoyée" not in page
    place = of(meeting, "Le Fournil").public_id
    session.rollback()
    assert client.post(f"/invites/{place}/reponse", data={"reponse": "yes"}).status_code == 303
    assert "Vient" in section(client.get("/aujourdhui").text, "Vos prochaines rencontres")
    assert "Vos prochaines rencontres" not in as_("Karim").get("/aujourdhui").text


# ---- groups


def test_a_group_is_founded_filled_ended_and_goes_on(session: Session, cast: Cast, as_: As) -> None:
    client, place = as_("Anne"), cast.territory().public_id
    firm, marc = cast.organisation("Atelier Bois").id, cast.person("Marc").id
    who = f"{firm}:{marc}"
    session.rollback()
    data = {"kind": "working", "title": "Groupe bois", "rapporteur": who}
    made = client.post(f"/territoires/{place}/groupes/nouveau", data=data)
    address = made.headers["Location"]
    client.post(f"{address}/membres", data={"qui": [who, f"{firm}:", "9999:", "x"]})
    page = plain(client.get(address).text)
    assert "Rapporteur : Marc Oudot , Atelier Bois" in page
    group = session.scalars(select(WorkingGroup)).one()
    assert [(one.organisation_id, one.person_id) for one in group.members] == [
        (firm, marc),
        (firm, None),
    ]
    ends = []
    for _press in range(2):
        session.rollback()
        client.post(f"{address}/fin")
        ends.append(session.scalars(select(WorkingGroup.ended_on)).one())
    assert ends == [TODAY, None]


def test_who_looks_on_reads_the_firms_of_a_group_not_its_people(
    session: Session, cast: Cast, as_: As
) -> None:
    planned(session, cast)
    group = found_group(session, cast.territory(), About(GroupKind.WORKING, "Bois"), now=NOW)
    firm, marc = cast.organisation("Atelier Bois").id, cast.person("Marc").id
    add_members(session, group, [(firm, marc)], today=TODAY)
    session.commit()
    address = f"/groupes/{group.public_id}"
    told = {
        who: ("Atelier Bois" in page, "Marc Oudot" in page)
        for who in ("Sylvie", "Anne")
        if (page := as_(who).get(address).text)
    }
    assert told == {"Sylvie": (True, False), "Anne": (True, True)}


# ---- records that are joined, people who leave


@pytest.mark.parametrize(
    ("gone", "kept", "left"),
    [
        ((None, None), (Rsvp.YES, True), {"attended": True}),
        ((Rsvp.NO, True), (None, False), {"answer": Rsvp.NO, "attended": True}),
        ((None, None), (None, None), {"answer": None, "attended": None}),
    ],
)
def test_two_places_of_one_person_become_the_one_that_says_more(
    gone: tuple[object, object], kept: tuple[object, object], left: dict[str, object]
) -> None:
    blank = {"words": None, "answered_at": None, "answered_by_id": None}
    rows = [blank | {"answer": row[0], "attended": row[1]} for row in (gone, kept)]
    found = two_attendances(rows[0], rows[1], date(2026, 4, 7))
    assert found.gone is None
    assert {name: found.kept[name] for name in left} == left


def test_who_is_erased_is_waited_for_no_longer(session: Session, cast: Cast, as_: As) -> None:
    meeting = convened(session, cast, "Le Fournil")
    of(meeting, "Le Fournil").attended = True
    lucie = cast.person("Lucie").id
    before = len(session.scalars(select(Mail)).all())
    erase(session, lucie, cause=Cause.OWN, asked_by_id=lucie, now=NOW)
    session.commit()
    assert session.scalars(select(Ask.state).where(Ask.kind == AskKind.RSVP)).all() == [
        AskState.WITHDRAWN
    ]
    assert len(session.scalars(select(Mail)).all()) == before
    address = f"/rencontres/{meeting.public_id}"
    session.rollback()
    page = as_("Anne").get(address).text
    assert ("Le Fournil" in page, "Perrin" in page) == (True, False)
