"""What people hear of a meeting that changes: the present truth, once, and working links.

Told from outside: Anne presses buttons, the outbox delivers, Lucie reads her letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from time_machine import travel

from app.agreements.services.departures import depart
from app.initiatives.kinds.meetings import Rsvp
from app.initiatives.models import Meeting
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.jobs import deliver
from app.web.database import db
from tests.cast import NOW, Cast, colleague
from tests.initiatives.gatherings import of, plain, planned

As = Callable[[str], FlaskClient]


@dataclass(frozen=True)
class Read:
    """A letter as its reader has it."""

    subject: str
    text: str
    reply_to: str | None
    calendar: dict[str, str]
    link: str


@dataclass
class Story:
    """A COPIL on Tuesday 14 April at 14 h, to which Le Fournil is convened."""

    app: Flask
    session: Session
    meeting: Meeting
    anne: FlaskClient
    mailbox: Path
    known: set[Path] = field(default_factory=set)

    @property
    def here(self) -> str:
        return f"/rencontres/{self.public_id}"

    @property
    def public_id(self) -> str:
        found = self.meeting.public_id
        self.session.rollback()
        return found

    def letters(self) -> list[Read]:
        """Deliver what waits, and read what is new."""
        with self.app.app_context():
            deliver(self.app.extensions["maillage_settings"], db.engine, Event())
        new = sorted(set(self.mailbox.rglob("*.maillage")) - self.known)
        self.known |= set(new)
        return [read(one) for one in new]

    def convene(self) -> None:
        assert self.anne.post(f"{self.here}/convocations").status_code == 303

    def say(self, **changes: str) -> str:
        """Anne saves the form with other values."""
        self.session.refresh(self.meeting)
        sent = {
            "kind": "steering",
            "title": "COPIL de printemps",
            "day": "2026-04-14",
            "begins": "14:00",
            "ends": "16:00",
            "place": "Salle du Lavoir",
            "group_id": "0",
            "version": str(self.meeting.version),
        }
        self.session.rollback()
        answer = self.anne.post(f"{self.here}/modifier", data=sent | changes, follow_redirects=True)
        assert answer.status_code == 200
        return plain(answer.text)

    def cancel(self) -> str:
        return self._state("annulee")

    def put_back(self) -> str:
        return self._state("prevue")

    def _state(self, state: str) -> str:
        sent = {"etat": state}
        return plain(self.anne.post(f"{self.here}/etat", data=sent, follow_redirects=True).text)

    def answers(self) -> list[tuple[Rsvp | None, str | None]]:
        self.session.rollback()
        found = [(one.answer, one.words) for one in self.meeting.attendees]
        self.session.rollback()
        return found


def read(file: Path) -> Read:
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(letter, EmailMessage)
    parts = {
        part.get_content_type(): part.get_content()
        for part in letter.walk()
        if not part.is_multipart()
    }
    text = parts["text/plain"]
    link = re.search(r"http://localhost(/presence/[^?\s]+)", text)
    return Read(
        subject=letter["subject"],
        text=plain(text),
        reply_to=letter["reply-to"],
        calendar=properties(parts["text/calendar"]),
        link=link.group(1) if link else "",
    )


def properties(file: str) -> dict[str, str]:
    lines = re.sub(r"\r?\n ", "", file).splitlines()
    wanted = ("METHOD", "UID", "SEQUENCE", "DTSTART;TZID=Europe/Paris", "ORGANIZER")
    found = {}
    for line in lines:
        name, _colon, value = line.partition(":")
        if name.split(";CN=")[0] in wanted:
            found[name.split(";CN=")[0]] = value
    return found


@pytest.fixture(autouse=True)
def on_a_tuesday() -> Iterator[None]:
    with travel(NOW):
        yield


@pytest.fixture
def story(app: Flask, session: Session, cast: Cast, as_: As, tmp_path: Path) -> Story:
    meeting = planned(session, cast, "Le Fournil")
    session.commit()
    return Story(app, session, meeting, as_("Anne"), tmp_path / "mailbox")


# ---- one mail, with what its reader does not know yet


def test_moved_and_then_placed_before_a_mail_left_is_one_mail_that_says_both(story: Story) -> None:
    story.convene()
    story.letters()
    story.say(day="2026-04-15")
    story.say(day="2026-04-15", place="Halle")
    [letter] = story.letters()
    assert (
        letter.subject
        == "Nouvelle date, nouveau lieu : COPIL de printemps, mercredi 15\u00a0avril à 14\u00a0h"
    )
    assert "Cette rencontre change de date et de lieu." in letter.text
    assert "Elle était prévue mardi 14 avril 2026, de 14 h à 16 h." in letter.text
    assert "une réponse donnée avant ne compte plus" in letter.text


def test_who_never_heard_of_it_is_invited_to_the_meeting_as_it_stands(story: Story) -> None:
    story.convene()
    story.say(day="2026-04-15")
    [letter] = story.letters()
    assert letter.subject == "COPIL de printemps : venez-vous mercredi 15\u00a0avril à 14\u00a0h ?"
    assert "Anne Vasseur vous invite" in letter.text
    assert "change" not in letter.text


def test_moved_there_and_back_before_a_mail_left_tells_nobody_and_answers_stay(
    story: Story, client: FlaskClient
) -> None:
    story.convene()
    [letter] = story.letters()
    client.post(letter.link, data={"reponse": "substitute", "words": "Malik Sow"})
    story.say(day="2026-04-15")
    assert story.answers() == [(None, None)]
    story.say()
    assert story.answers() == [(Rsvp.SUBSTITUTE, "Malik Sow")]
    assert story.letters() == []


def test_moved_there_and_back_after_a_mail_left_asks_again(
    story: Story, client: FlaskClient
) -> None:
    story.convene()
    [letter] = story.letters()
    client.post(letter.link, data={"reponse": "yes"})
    story.say(day="2026-04-15")
    story.letters()
    story.say()
    assert story.answers() == [(None, None)]
    [letter] = story.letters()
    assert "Elle était prévue mercredi 15 avril 2026" in letter.text


def test_moved_to_another_place_alone_keeps_the_answer_and_says_so(
    story: Story, client: FlaskClient
) -> None:
    story.convene()
    [letter] = story.letters()
    client.post(letter.link, data={"reponse": "yes"})
    story.say(place="Halle")
    [letter] = story.letters()
    assert "Cette rencontre change de lieu ; la date reste la même." in letter.text
    assert "Votre réponse est notée : vous venez." in letter.text
    assert story.answers() == [(Rsvp.YES, None)]


def test_cancelled_and_put_back_before_a_mail_left_tells_nobody_and_answers_stay(
    story: Story, client: FlaskClient
) -> None:
    story.convene()
    [letter] = story.letters()
    client.post(letter.link, data={"reponse": "yes"})
    story.cancel()
    told = story.put_back()
    assert story.letters() == []
    assert story.answers() == [(Rsvp.YES, None)]
    assert "à convoquer de nouveau" not in told


def test_what_remains_new_of_a_meeting_put_back_is_told(story: Story) -> None:
    story.convene()
    story.letters()
    story.say(day="2026-04-15")
    story.cancel()
    story.put_back()
    [letter] = story.letters()
    assert letter.subject.startswith("Nouvelle date : COPIL de printemps, mercredi 15")


def test_a_meeting_that_nobody_heard_of_is_cancelled_in_silence(story: Story) -> None:
    story.convene()
    told = story.cancel()
    assert "Aucune convocation n’était partie" in told
    assert story.letters() == []
    story.put_back()
    [letter] = story.letters()
    assert letter.subject.startswith("COPIL de printemps : venez-vous")


def test_cancelling_tells_of_the_date_that_was_known(story: Story) -> None:
    story.convene()
    story.letters()
    story.say(day="2026-04-15")
    story.cancel()
    [letter] = story.letters()
    assert "La rencontre était prévue mardi 14 avril 2026, de 14 h à 16 h." in letter.text
    assert letter.calendar["METHOD"] == "CANCEL"


def test_cancelled_twice_is_told_once(story: Story) -> None:
    story.convene()
    story.letters()
    story.cancel()
    assert len(story.letters()) == 1
    story.put_back()
    story.convene()
    story.cancel()
    assert story.letters() == []


def test_calendars_follow_by_one_uid_and_a_sequence_that_grows(story: Story) -> None:
    story.convene()
    told = story.letters()
    for change in (
        lambda: story.say(day="2026-04-15"),
        lambda: story.say(day="2026-04-15", place="Halle"),
        story.cancel,
        lambda: (story.put_back(), story.convene()),
    ):
        change()
        told += story.letters()
    numbers = [int(one.calendar["SEQUENCE"]) for one in told]
    assert numbers == sorted(set(numbers))
    assert {one.calendar["UID"] for one in told} == {f"{story.public_id}@localhost"}
    methods = [one.calendar["METHOD"] for one in told]
    assert methods == ["REQUEST", "REQUEST", "REQUEST", "CANCEL", "REQUEST"]


def test_who_has_no_address_is_named_to_be_called(
    story: Story, session: Session, cast: Cast
) -> None:
    story.convene()
    story.session.rollback()
    cast.person("Lucie").email = None
    session.commit()
    assert "à prévenir par téléphone : Lucie Perrin." in story.say(day="2026-04-15")
    told = story.cancel()
    assert "Sans adresse, à prévenir par téléphone : Lucie Perrin." in told
    # and the page goes on to say so
    assert "À prévenir par téléphone : Lucie Perrin." in plain(story.anne.get(story.here).text)


# ---- links of earlier mails


def test_an_earlier_link_shows_the_date_as_it_is_now_and_that_it_changed(
    story: Story, client: FlaskClient
) -> None:
    story.convene()
    [letter] = story.letters()
    story.say(day="2026-06-16", place="Halle")
    page = plain(client.get(letter.link).text)
    assert "mardi 16 juin 2026, de 14 h à 16 h" in page
    assert (
        "La date a changé depuis ce message : c’était mardi 14 avril 2026, de 14 h à 16 h." in page
    )
    assert "Le lieu a changé depuis ce message." in page
    # long after the date that the link was made for
    with travel(NOW.replace(month=6), tick=False):
        assert client.post(letter.link, data={"reponse": "yes"}).status_code == 303
        assert "Vous venez." in plain(client.get(letter.link).text)
    assert story.answers() == [(Rsvp.YES, None)]


def test_what_was_answered_to_a_new_date_is_not_asked_again_by_the_mail(
    story: Story, client: FlaskClient
) -> None:
    story.convene()
    [letter] = story.letters()
    story.say(day="2026-04-15")
    client.post(letter.link, data={"reponse": "no", "words": "Four en panne"})
    [news] = story.letters()
    assert "Votre réponse est notée : vous ne venez pas." in news.text
    assert "ne compte plus" not in news.text


def test_a_page_that_showed_another_date_says_yes_to_nothing(
    story: Story, client: FlaskClient
) -> None:
    story.convene()
    [letter] = story.letters()
    seen = re.findall(r'name="vue" value="([^"]+)"', client.get(letter.link).text)[0]
    story.say(day="2026-04-15")
    answer = client.post(letter.link, data={"reponse": "yes", "vue": seen})
    assert (answer.status_code, "La date vient de changer." in answer.text) == (409, True)
    assert "mercredi 15 avril 2026" in plain(answer.text)
    assert story.answers() == [(None, None)]


def test_a_link_of_a_cancelled_meeting_says_so_with_nothing_to_press(
    story: Story, client: FlaskClient
) -> None:
    story.convene()
    [letter] = story.letters()
    story.cancel()
    for answer in (client.get(letter.link), client.post(letter.link, data={"reponse": "yes"})):
        assert answer.status_code == 410
        assert "Cette rencontre est annulée" in plain(answer.text)
        assert "COPIL de printemps" in plain(answer.text)
        assert "<button" not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert story.answers() == [(None, None)]


def test_links_work_again_once_the_meeting_is_put_back(story: Story, client: FlaskClient) -> None:
    story.convene()
    [first] = story.letters()
    client.post(first.link, data={"reponse": "no"})
    story.cancel()
    story.letters()
    told = story.put_back()
    assert "à convoquer de nouveau : 1." in told
    page = plain(client.get(first.link).text)
    assert "Cette rencontre avait été annulée : elle aura bien lieu." in page
    assert story.answers() == [(None, None)]
    story.convene()
    [again] = story.letters()
    assert again.subject.startswith("La rencontre aura lieu : COPIL de printemps")
    assert "Cette rencontre avait été annulée : elle aura bien lieu." in again.text
    for link, answer in ((again.link, "yes"), (first.link, "no")):
        assert client.post(link, data={"reponse": answer}).status_code == 303
        assert story.answers() == [(Rsvp(answer), None)]


def test_an_answer_by_the_earlier_link_counts_before_the_new_convocation(
    story: Story, client: FlaskClient
) -> None:
    story.convene()
    [first] = story.letters()
    story.cancel()
    story.letters()
    story.put_back()
    assert client.post(first.link, data={"reponse": "yes"}).status_code == 303
    assert "1 oui" in plain(story.anne.get(story.here).text)
    story.convene()
    [again] = story.letters()
    assert "Votre réponse est notée : vous venez." in again.text
    assert story.answers() == [(Rsvp.YES, None)]


def test_the_pilot_reads_the_same_words_before_she_convenes_again(story: Story) -> None:
    story.convene()
    story.letters()
    story.cancel()
    story.letters()
    story.put_back()
    page = plain(story.anne.get(f"{story.here}/convocations").text)
    assert "Cette rencontre avait été annulée : elle aura bien lieu." in page


def test_who_left_the_firm_is_followed_by_its_contact_where_something_is_told(
    story: Story, session: Session, cast: Cast, client: FlaskClient
) -> None:
    story.convene()
    [former] = story.letters()
    client.post(former.link, data={"reponse": "yes"})
    session.rollback()
    [place] = cast.person("Lucie").memberships
    acting(session, None, Via.COMMAND, NOW)
    depart(session, place, successor=colleague(session, cast), now=NOW, zone="Europe/Paris")
    session.commit()
    story.say(day="2026-04-15")
    [letter] = story.letters()
    assert "Bonjour Nadia Roy, Anne Vasseur vous invite" in letter.text
    assert client.get(former.link).status_code == 410
    assert client.post(letter.link, data={"reponse": "yes"}).status_code == 303
    page = plain(story.anne.get(story.here).text)
    assert "Le Fournil – Nadia Roy" in page and "Lucie" not in page


def test_answers_of_an_erased_guest_are_asked_no_more(
    story: Story, session: Session, cast: Cast
) -> None:
    story.convene()
    story.letters()
    story.session.rollback()
    lucie = of(story.meeting, "Le Fournil").person
    assert lucie is not None
    lucie.anonymised_at, lucie.email = NOW, None
    session.commit()
    story.say(day="2026-04-15")
    assert story.letters() == []
