"""Convocations: nobody is told before the button, nobody twice, and whoever was told hears more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.accounts.links import Links
from app.accounts.services.asks import NoLongerStandsError
from app.core.refusals import RefusedError, StaleError
from app.initiatives.kinds.meetings import CANCELLED, CONVOCATION, MeetingState, Rsvp
from app.initiatives.models import Meeting
from app.initiatives.services.convening import convene, invite, uninvite
from app.initiatives.services.meetings import (
    cancel_meeting,
    describe_meeting,
    hold_meeting,
    reopen_meeting,
)
from app.initiatives.services.replies import reply
from app.outbox import registry
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from tests.cast import NOW, Cast
from tests.initiatives.gatherings import (
    STARTS,
    convened,
    delivered,
    mails,
    of,
    plain,
    planned,
    said,
)

As = Callable[[str], FlaskClient]
LATER = NOW + timedelta(hours=1)


def letters(session: Session, kind: str = CONVOCATION) -> list[Letter | Skip]:
    found = registry.find(kind)
    assert found is not None
    query = select(Mail).where(Mail.kind == kind).order_by(Mail.id)
    made = [found.renew(session, mail, LATER) for mail in session.scalars(query)]
    assert all(isinstance(one, (Letter, Skip)) for one in made)
    return [one for one in made if isinstance(one, (Letter, Skip))]


def calendar(letter: Letter | Skip) -> dict[str, str]:
    """The properties of the mail's calendar file that tell what becomes of the event."""
    assert isinstance(letter, Letter) and letter.calendar is not None
    wanted = ("METHOD", "UID", "SEQUENCE", "DTSTART;TZID=Europe/Paris", "STATUS")
    lines = letter.calendar.text.replace("\r\n ", "").split("\r\n")
    pairs = [line.split(":", 1) for line in lines if ":" in line]
    return {name: value for name, value in pairs if name in wanted}


def test_nobody_is_told_before_the_button_and_nobody_twice(session: Session, cast: Cast) -> None:
    meeting = planned(session, cast, "Le Fournil", "Atelier Bois")
    assert mails(session) == []
    first = convene(session, meeting, asker_id=meeting.organiser_id, now=NOW)
    again = convene(session, meeting, asker_id=meeting.organiser_id, now=NOW)
    assert (first.mails, again.mails) == (2, 0)
    assert mails(session) == [("lucie@example.org", "0"), ("marc@example.org", "0")]


def test_who_is_added_later_is_told_alone(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil")
    invite(session, meeting, [(cast.organisation("Atelier Bois").id, None)])
    convene(session, meeting, asker_id=meeting.organiser_id, now=LATER)
    assert mails(session) == [("lucie@example.org", "0"), ("marc@example.org", "0")]


def test_who_has_no_address_is_to_be_called(session: Session, cast: Cast) -> None:
    meeting = planned(session, cast, "Le Fournil", "Atelier Bois")
    cast.person("Marc").email = None
    sent = convene(session, meeting, asker_id=meeting.organiser_id, now=NOW)
    assert (sent.mails, [one.organisation.name for one in sent.to_call]) == (1, ["Atelier Bois"])
    assert of(meeting, "Atelier Bois").told_at == NOW


def test_the_mail_says_who_invites_when_where_and_what_for(session: Session, cast: Cast) -> None:
    meeting = planned(session, cast, "Le Fournil", message="Apportez vos chiffres.")
    convene(session, meeting, asker_id=meeting.organiser_id, now=NOW)
    [letter] = letters(session)
    assert isinstance(letter, Letter)
    assert letter.subject == "COPIL de printemps : venez-vous mardi 14\u00a0avril à 14\u00a0h ?"
    assert (letter.from_name, letter.reply_to) == ("Anne Vasseur (Maillage)", "anne@example.org")
    for told in (plain(letter.text), plain(letter.html)):
        assert "mardi 14 avril 2026, de 14 h à 16 h" in told
        assert "Salle du Lavoir" in told
        assert "Apportez vos chiffres." in told
    assert letter.text.count("?reponse=") == 3
    assert calendar(letter) == {
        "METHOD": "REQUEST",
        "UID": f"{meeting.public_id}@localhost",
        "SEQUENCE": "0",
        "DTSTART;TZID=Europe/Paris": "20260414T140000",
        "STATUS": "CONFIRMED",
    }


def test_another_day_is_told_once_and_asks_again(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil", "Atelier Bois")
    delivered(session)
    lucie = cast.person("Lucie").id
    reply(session, of(meeting, "Le Fournil"), answer=Rsvp.YES, words=None, person_id=lucie, now=NOW)
    moved = replace(
        said(), starts_at=STARTS + timedelta(days=1), ends_at=STARTS + timedelta(days=2)
    )
    told = describe_meeting(session, meeting, moved, seen_version=meeting.version, now=LATER)
    same = describe_meeting(session, meeting, moved, seen_version=meeting.version, now=LATER)
    assert (told, same) == (2, 0)
    assert of(meeting, "Le Fournil").answer is None
    first, second, *news = letters(session)
    assert isinstance(first, Skip) and isinstance(second, Skip)
    assert [(calendar(one)["SEQUENCE"], calendar(one)["METHOD"]) for one in news] == [
        ("1", "REQUEST"),
        ("1", "REQUEST"),
    ]
    assert isinstance(news[0], Letter)
    assert news[0].subject.startswith("Nouvelle date : COPIL de printemps, mercredi 15")


def test_another_place_is_told_and_answers_stay(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil")
    reply(
        session,
        of(meeting, "Le Fournil"),
        answer=Rsvp.NO,
        words="Four en panne",
        person_id=cast.person("Lucie").id,
        now=NOW,
    )
    there = replace(said(), place="Halle")
    assert describe_meeting(session, meeting, there, seen_version=meeting.version, now=LATER) == 1
    assert (of(meeting, "Le Fournil").answer, of(meeting, "Le Fournil").words) == (
        Rsvp.NO,
        "Four en panne",
    )


def test_a_title_alone_writes_to_nobody(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil")
    other = replace(said(), title="COPIL d’été")
    assert describe_meeting(session, meeting, other, seen_version=meeting.version, now=LATER) == 0
    assert len(mails(session)) == 1


def test_an_old_form_changes_nothing(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil")
    with pytest.raises(StaleError):
        describe_meeting(session, meeting, said("Autre"), seen_version=0, now=LATER)


def test_cancelling_tells_whoever_was_convened_and_takes_it_out_of_calendars(
    session: Session, cast: Cast
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    delivered(session)
    invite(session, meeting, [(cast.organisation("Atelier Bois").id, None)])
    assert cancel_meeting(session, meeting, words="La salle est prise.", now=LATER) == 1
    assert cancel_meeting(session, meeting, words=None, now=LATER) == 0
    [letter] = letters(session, CANCELLED)
    assert isinstance(letter, Letter)
    assert "La salle est prise." in letter.text
    assert (calendar(letter)["METHOD"], calendar(letter)["SEQUENCE"]) == ("CANCEL", "1")
    assert [type(one) for one in letters(session)] == [Skip]


def test_taken_back_in_time_a_cancelling_is_told_to_nobody(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil")
    delivered(session)
    cancel_meeting(session, meeting, words=None, now=LATER)
    assert reopen_meeting(session, meeting, now=LATER) == 0
    assert [type(one) for one in letters(session, CANCELLED)] == [Skip]
    assert convene(session, meeting, asker_id=meeting.organiser_id, now=LATER).mails == 0


def test_who_was_told_is_not_taken_off_the_list_in_silence(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil")
    with pytest.raises(RefusedError):
        uninvite(session, of(meeting, "Le Fournil"))


def test_a_meeting_is_not_held_before_its_day(session: Session, cast: Cast) -> None:
    meeting = planned(session, cast)
    with pytest.raises(RefusedError):
        hold_meeting(meeting, now=LATER)
    hold_meeting(meeting, now=STARTS - timedelta(hours=3))
    assert meeting.state is MeetingState.HELD


def test_after_it_is_over_nobody_answers(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil")
    with pytest.raises(NoLongerStandsError):
        reply(
            session,
            of(meeting, "Le Fournil"),
            answer=Rsvp.NO,
            words=None,
            person_id=cast.person("Lucie").id,
            now=meeting.ends_at,
        )


# ---- behind the mailed link


def link(app: Flask, session: Session) -> str:
    links: Links = app.extensions["maillage_links"]
    mail = session.scalars(select(Mail).where(Mail.kind == CONVOCATION).order_by(-Mail.id)).first()
    assert mail is not None
    return links.url("/presence", mail.refs["grant"]).removeprefix(links.base_url)


def answers(session: Session, meeting: Meeting) -> list[tuple[Rsvp | None, str | None]]:
    session.rollback()
    return [(one.answer, one.words) for one in meeting.attendees]


def test_a_scanner_that_opens_the_link_answers_nothing(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    session.commit()
    with travel(LATER, tick=False):
        for wanted in ("yes", "no", "substitute"):
            page = client.get(f"{link(app, session)}?reponse={wanted}")
            assert page.status_code == 200
            assert client.head(f"{link(app, session)}?reponse={wanted}").status_code == 200
    assert answers(session, meeting) == [(None, None)]


def test_three_answers_and_a_change_of_mind_without_an_account(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    session.commit()
    address = link(app, session)
    with travel(LATER, tick=False):
        for sent, kept in (
            ({"reponse": "yes"}, (Rsvp.YES, None)),
            ({"reponse": "yes"}, (Rsvp.YES, None)),
            ({"reponse": "no", "words": "Four en panne"}, (Rsvp.NO, "Four en panne")),
            ({"reponse": "substitute", "words": "Malik Sow"}, (Rsvp.SUBSTITUTE, "Malik Sow")),
            ({"reponse": "yes"}, (Rsvp.YES, None)),
        ):
            assert client.post(address, data=sent).status_code == 303
            assert answers(session, meeting) == [kept]
        session.rollback()
        refused = client.post(address, data={"reponse": "substitute", "words": " "})
        assert (refused.status_code, "Dites qui vient" in plain(refused.text)) == (422, True)
        assert client.post(address, data={"reponse": "peut-être"}).status_code == 422
    assert answers(session, meeting) == [(Rsvp.YES, None)]


def test_the_old_link_answers_for_the_new_date(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    session.commit()
    address = link(app, session)
    moved = replace(
        said(), starts_at=STARTS + timedelta(hours=1), ends_at=STARTS + timedelta(hours=3)
    )
    describe_meeting(session, meeting, moved, seen_version=meeting.version, now=LATER)
    session.commit()
    with travel(LATER, tick=False):
        assert client.post(address, data={"reponse": "yes"}).status_code == 303
    assert answers(session, meeting) == [(Rsvp.YES, None)]


def test_a_link_of_a_cancelled_meeting_or_of_something_else_is_over(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    session.commit()
    address = link(app, session)
    with travel(LATER, tick=False):
        assert client.get(address.replace("/presence/", "/demande/")).status_code == 410
        assert client.get(f"{address}x").status_code == 410
        cancel_meeting(session, meeting, words=None, now=LATER)
        session.commit()
        assert client.post(address, data={"reponse": "yes"}).status_code == 410
    assert answers(session, meeting) == [(None, None)]


def test_the_pilot_notes_what_was_said_on_the_telephone(
    session: Session, cast: Cast, as_: As
) -> None:
    meeting = convened(session, cast, "Le Fournil")
    session.commit()
    place = of(meeting, "Le Fournil").public_id
    with travel(LATER, tick=False):
        for who, status in (("Karim", 404), ("Sylvie", 404), ("Anne", 303)):
            sent = as_(who).post(f"/invites/{place}/reponse", data={"reponse": "no"})
            assert (who, sent.status_code) == (who, status)
    assert answers(session, meeting) == [(Rsvp.NO, None)]


def test_two_taps_at_once_write_one_answer(session: Session, cast: Cast) -> None:
    meeting = convened(session, cast, "Le Fournil")
    for _tap in range(2):
        reply(
            session,
            of(meeting, "Le Fournil"),
            answer=Rsvp.YES,
            words=None,
            person_id=cast.person("Lucie").id,
            now=NOW,
        )
    assert answers_now(meeting) == [Rsvp.YES]


def answers_now(meeting: Meeting) -> list[Rsvp | None]:
    return [one.answer for one in meeting.attendees]
