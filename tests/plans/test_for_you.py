"""« Pour vous »: what is entrusted to somebody and said to them leaves as one mail, true then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.accounts.models import MailPreference
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.kinds import MailState
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.outbox.registry import find
from app.plans.kinds import ProjectState
from app.plans.mails.for_you import FOR_YOU
from app.plans.models import Step
from app.plans.services.steps import complete_step, hand_step
from app.reminders.models import RelanceSetting
from app.reminders.services.starting import start
from tests.cast import Cast

As = Callable[[str], FlaskClient]
NOW = datetime(2026, 4, 8, 9, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)


@dataclass(frozen=True)
class World:
    """Anne at work on a Wednesday, and what waits for others to read."""

    app: Flask
    as_: As
    cast: Cast
    session: Session

    def add(self, title: str, firm: str = "Le Fournil", who: str | None = None) -> str:
        """Anne adds a step to the running project; what the page says."""
        form = {
            "title": title,
            "lead_organisation_id": self.cast.organisation(firm).id,
            "lead_person_id": self.cast.person(who).id if who else 0,
        }
        url = f"/projets/{self.cast.project().public_id}/etapes"
        return self.as_("Anne").post(url, data=form, follow_redirects=True).text

    def say(self, body: str, who: str = "Anne") -> None:
        url = f"/projets/{self.cast.project().public_id}/echanges"
        self.as_(who).post(url, data={"body": body})

    def mails(self) -> list[Mail]:
        self.session.rollback()
        query = select(Mail).where(Mail.kind == FOR_YOU).order_by(Mail.id)
        return list(self.session.scalars(query))

    def read(self, mail: Mail, now: datetime = SOON) -> Letter | Skip | Wait:
        kind = find(FOR_YOU)
        assert kind is not None
        return kind.renew(self.session, mail, now)

    def acts(self) -> None:
        self.session.rollback()
        acting(self.session, self.cast.person("Anne").id, Via.PAGE, NOW)


@pytest.fixture
def world(app: Flask, as_: As, cast: Cast, session: Session) -> Any:
    """The Val's relances have started."""
    anne = cast.person("Anne")
    acting(session, anne.id, Via.PAGE, NOW)
    start(session, cast.territory().id, person_id=anne.id, now=NOW - timedelta(days=20))
    session.commit()
    with time_machine.travel(NOW, tick=False):
        yield World(app, as_, cast, session)


def words(letter: Letter | Skip | Wait) -> str:
    assert isinstance(letter, Letter), letter
    return letter.text.replace("\u00a0", " ").replace("\u202f", " ")


def test_twelve_steps_and_a_message_are_one_mail(world: World) -> None:
    for number in range(12):
        page = world.add(f"Étape {number}")
    assert "Un courriel part dans quelques minutes vers Lucie Perrin" in page
    world.say("@Lucie Perrin, la balance est prête ?")
    [mail] = world.mails()
    assert (mail.to, mail.not_before) == (world.cast.person("Lucie").email, SOON)
    letter = world.read(mail)
    text = words(letter)
    assert "Anne Vasseur vous confie 12 étapes :" in text
    assert all(f"- Étape {number} (" in text for number in range(12))
    assert "la balance est prête" in text
    assert isinstance(letter, Letter)
    subject = letter.subject.replace("\u00a0", " ")
    assert subject == "Pour vous : 12 étapes et 1 message (Invendus du Fournil)"
    assert letter.reply_to == world.cast.person("Anne").email


def test_the_page_of_typed_lines_is_one_mail_a_firm(world: World) -> None:
    url = f"/projets/{world.cast.project().public_id}/saisie-rapide"
    lines = "Peser le pain @Le Fournil\nScier @Atelier Bois\nTrier @Le Fournil"
    answer = world.as_("Anne").post(url, data={"lignes": lines, "cle": "x"})
    assert answer.status_code == 303
    told = {mail.to: len(mail.refs["steps"]) for mail in world.mails()}
    people = {name: world.cast.person(name).email for name in ("Lucie", "Marc")}
    assert told == {people["Lucie"]: 2, people["Marc"]: 1}


def test_what_is_taken_back_before_it_leaves_is_not_told(world: World) -> None:
    world.add("Trier")
    world.add("Peser le pain")
    [mail] = world.mails()
    step = world.session.scalars(select(Step).where(Step.title == "Trier")).one()
    world.acts()
    marc = world.cast.organisation("Atelier Bois").id
    hand_step(world.session, step, organisation_id=marc, person_id=None)
    text = words(world.read(mail))
    assert "Peser le pain" in text and "Trier" not in text


def test_nothing_left_to_tell_is_no_mail(world: World) -> None:
    world.add("Trier")
    [mail] = world.mails()
    step = world.session.scalars(select(Step).where(Step.title == "Trier")).one()
    world.acts()
    complete_step(world.session, step, today=NOW.date())
    assert world.read(mail) == Skip("no_longer_for_you")


def test_ones_own_act_is_not_told(world: World) -> None:
    place = next(
        one.organisation_id for one in world.cast.person("Anne").memberships if not one.ended_on
    )
    form = {"title": "Écrire", "lead_organisation_id": place, "lead_person_id": 0}
    url = f"/projets/{world.cast.project().public_id}/etapes"
    world.as_("Anne").post(url, data=form)
    assert world.mails() == []


def test_a_draft_tells_nobody_and_its_launch_everybody_once(world: World) -> None:
    draft = world.cast.project("Piste confidentielle")
    form = {"title": "Scier", "lead_organisation_id": world.cast.organisation("Atelier Bois").id}
    anne = world.as_("Anne")
    for _step in range(2):
        anne.post(f"/projets/{draft.public_id}/etapes", data={**form, "lead_person_id": 0})
    assert world.mails() == []
    anne.post(f"/projets/{draft.public_id}/etat", data={"verb": "launch"})
    marc = world.cast.person("Marc").email
    told = [mail for mail in world.mails() if mail.to == marc]
    assert [len(mail.refs["steps"]) for mail in told] == [2]


def test_an_edited_title_tells_nobody_and_another_person_is_told(world: World) -> None:
    step = world.cast.step()
    url = f"/etapes/{step.public_id}/modifier"
    form = {
        "title": "Peser tous les invendus",
        "lead_organisation_id": step.lead_organisation_id,
        "lead_person_id": step.lead_person_id or 0,
        "version": step.version,
        "due_on": "2026-04-17",
    }
    anne = world.as_("Anne")
    anne.post(url, data=form)
    assert world.mails() == []
    bois = world.cast.organisation("Atelier Bois").id
    handed = {**form, "lead_organisation_id": bois, "lead_person_id": 0}
    anne.post(url, data={**handed, "version": step.version})
    [mail] = world.mails()
    assert mail.to == world.cast.person("Marc").email
    assert "pour le vendredi 17 avril 2026" in words(world.read(mail))


def test_before_the_start_and_while_suspended_nobody_is_told(world: World) -> None:
    world.add("Trier")
    [mail] = world.mails()
    world.acts()
    setting = world.session.scalars(select(RelanceSetting)).one()
    setting.paused_until = NOW.date() + timedelta(days=5)
    world.session.flush()
    assert world.read(mail) == Wait(datetime(2026, 4, 13, 6, tzinfo=UTC))
    setting.paused_until = setting.started_at = setting.started_by_id = None
    world.session.flush()
    assert world.read(mail) == Skip("not_started")


def test_a_paused_project_is_not_spoken_of(world: World) -> None:
    world.add("Trier")
    [mail] = world.mails()
    world.acts()
    world.cast.project().state = ProjectState.PAUSED
    world.session.flush()
    assert isinstance(world.read(mail), Skip)


@pytest.mark.parametrize(
    ("rhythm", "becomes"),
    [
        (MailRhythm.DAILY, Wait(datetime(2026, 4, 9, 6, tzinfo=UTC))),
        (MailRhythm.WEEKLY, Wait(datetime(2026, 4, 13, 6, tzinfo=UTC))),
        (MailRhythm.OFF, Skip("opted_out")),
    ],
)
def test_a_wish_said_meanwhile_holds(
    world: World, rhythm: MailRhythm, becomes: Skip | Wait
) -> None:
    world.add("Trier")
    [mail] = world.mails()
    lucie = world.cast.person("Lucie").id
    world.session.add(MailPreference(person_id=lucie, rhythm=rhythm, updated_at=NOW))
    world.session.flush()
    assert world.read(mail) == becomes


def test_what_follows_the_words_of_a_mail_is_another_mail(world: World) -> None:
    world.add("Trier")
    [mail] = world.mails()
    mail.state, mail.content, mail.leased_until = MailState.SENDING, b"bytes", SOON
    world.session.commit()
    world.add("Peser le pain")
    first, second = world.mails()
    assert first.refs["steps"] != second.refs["steps"]
    assert len(second.refs["steps"]) == 1
