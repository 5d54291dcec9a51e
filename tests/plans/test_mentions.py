"""A message that speaks to somebody by name reaches them by mail, once, while they follow it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MailRhythm
from app.accounts.models import MailPreference
from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.outbox.registry import find
from app.plans.mails.for_you import FOR_YOU
from app.plans.models import Comment, Mention
from app.plans.services.projects import retire_partner
from tests.cast import Cast

As = Callable[[str], FlaskClient]


def say(as_: As, cast: Cast, who: str, **data: object) -> str:
    url = f"/projets/{cast.project().public_id}/echanges"
    return as_(who).post(url, data=data, follow_redirects=True).text


def mails(session: Session) -> list[Mail]:
    session.rollback()
    return list(session.scalars(select(Mail).where(Mail.kind == FOR_YOU).order_by(Mail.id)))


def letter(
    app: Flask, session: Session, mail: Mail, now: datetime | None = None
) -> Letter | Skip | Wait:
    kind = find(FOR_YOU)
    assert kind is not None
    with app.test_request_context():
        return kind.renew(session, mail, now or clock.now())


def test_a_name_behind_an_at_gets_one_mail_with_the_words(
    as_: As, app: Flask, cast: Cast, session: Session
) -> None:
    page = say(as_, cast, "Anne", body="@Lucie Perrin, la balance est prête ?")
    assert "Un courriel part vers Lucie Perrin" in page
    say(as_, cast, "Anne", body="@Lucie Perrin, la balance est prête ?")
    [mail] = mails(session)
    assert mail.to == cast.person("Lucie").email
    made = letter(app, session, mail)
    assert isinstance(made, Letter)
    assert "la balance est prête" in made.text
    assert made.reply_to == cast.person("Anne").email
    assert made.subject.startswith(cast.person("Anne").name)


def test_a_name_ticked_beside_the_message_counts_as_well(
    as_: As, cast: Cast, session: Session
) -> None:
    say(as_, cast, "Anne", body="Pour jeudi", prevenir=cast.person("Marc").id)
    assert [mail.to for mail in mails(session)] == [cast.person("Marc").email]


def test_nobody_outside_the_project_is_written_to(as_: As, cast: Cast, session: Session) -> None:
    people = [cast.person(name).id for name in ("Paul", "Sylvie", "Henri")]
    page = say(as_, cast, "Anne", body="@Paul, @Henri ?", prevenir=people)
    assert mails(session) == []
    assert session.scalars(select(Mention)).all() == []
    assert "personne de ce nom" in page


def test_who_wants_no_mail_gets_none_and_the_author_is_told(
    as_: As, cast: Cast, session: Session
) -> None:
    person = cast.person("Lucie").id
    off = MailPreference(person_id=person, rhythm=MailRhythm.OFF, updated_at=clock.now())
    session.add(off)
    session.commit()
    page = say(as_, cast, "Anne", body="@lucie ?")
    assert mails(session) == []
    assert "sans courriel voulu" in page


@pytest.mark.parametrize(
    ("rhythm", "paused_until", "opens"),
    [
        (MailRhythm.AT_ONCE, None, None),
        (MailRhythm.DAILY, None, datetime(2026, 4, 9, 6, tzinfo=UTC)),
        (MailRhythm.WEEKLY, None, datetime(2026, 4, 13, 6, tzinfo=UTC)),
        (MailRhythm.DAILY, date(2026, 5, 1), datetime(2026, 5, 4, 6, tzinfo=UTC)),
    ],
)
def test_a_message_waits_for_the_morning_that_its_reader_asked_for(
    as_: As,
    app: Flask,
    cast: Cast,
    session: Session,
    rhythm: MailRhythm,
    paused_until: date | None,
    opens: datetime | None,
) -> None:
    wednesday = datetime(2026, 4, 8, 14, tzinfo=UTC)
    wish = MailPreference(
        person_id=cast.person("Lucie").id,
        rhythm=rhythm,
        paused_until=paused_until,
        updated_at=wednesday,
    )
    session.add(wish)
    session.commit()
    with time_machine.travel(wednesday, tick=False):
        say(as_, cast, "Anne", body="@lucie ?")
    [mail] = mails(session)
    first = letter(app, session, mail, wednesday)
    if opens is None:
        assert isinstance(first, Letter)
        return
    assert first == Wait(opens)
    assert isinstance(letter(app, session, mail, opens), Letter)


def test_a_mail_to_who_has_left_the_project_does_not_leave(
    as_: As, app: Flask, cast: Cast, session: Session
) -> None:
    say(as_, cast, "Anne", body="@Lucie Perrin ?")
    [mail] = mails(session)
    fournil = cast.organisation("Le Fournil").id
    part = next(one for one in cast.project().partners if one.organisation_id == fournil)
    acting(session, cast.person("Anne").id, Via.PAGE, clock.now())
    retire_partner(session, part, by_itself=True)
    session.flush()
    assert letter(app, session, mail) == Skip("no_longer_for_you")


def test_a_draft_writes_to_nobody(as_: As, cast: Cast, session: Session) -> None:
    draft = cast.project("Piste confidentielle").public_id
    text = {"body": "@Fanny ?", "prevenir": str(cast.person("Anne").id)}
    as_("Anne").post(f"/projets/{draft}/echanges", data=text)
    assert mails(session) == []


@pytest.mark.parametrize("who", ["Anne", "Lucie"])
def test_a_word_on_a_step_stands_on_its_page_and_among_the_project_s(
    as_: As, cast: Cast, session: Session, who: str
) -> None:
    step = cast.step()
    as_(who).post(f"/etapes/{step.public_id}/echanges", data={"body": "La balance est là"})
    session.rollback()
    assert session.scalars(select(Comment)).one().step_id == step.id
    assert "La balance est là" in as_("Marc").get(f"/etapes/{step.public_id}").text
    page = as_("Marc").get(f"/projets/{cast.project().public_id}/echanges").text
    assert "La balance est là" in page
