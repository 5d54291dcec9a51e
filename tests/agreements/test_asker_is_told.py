"""Who asked hears the answer: by mail, all of a few minutes at once, as they wish."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from app.accounts.kinds import MailRhythm
from app.accounts.models import Ask, MailPreference
from app.agreements.kinds import ANSWERED
from app.agreements.models import Proposal
from app.agreements.services.parts import ask_part
from app.agreements.services.proposals import speak
from app.agreements.services.telling import tell_asker
from app.outbox import registry
from app.outbox.bundling import WINDOW
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.plans.kinds import PartnerState
from tests.agreements.worlds import act, asked, part_of, put_forward, words_of
from tests.cast import NOW, Cast

As = Callable[[str], FlaskClient]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def proposal(session: Session, cast: Cast) -> Proposal:
    return put_forward(session, cast)


def told(session: Session) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.kind == ANSWERED).order_by(Mail.id)))


def answer(session: Session, cast: Cast, proposal: Proposal, *, agrees: bool) -> Ask:
    [ask] = asked(session, proposal).values()
    speak(
        session,
        proposal,
        ask,
        agrees=agrees,
        words=None if agrees else "Le four sert encore.",
        person_id=act(session, cast, "Karim"),
        now=LATER,
    )
    session.commit()
    return ask


def letter(session: Session, mail: Mail) -> Letter | Skip | Wait:
    kind = registry.find(ANSWERED)
    assert kind is not None
    return kind.renew(session, mail, LATER + WINDOW)


def test_a_no_is_told_with_its_words(session: Session, cast: Cast, proposal: Proposal) -> None:
    answer(session, cast, proposal, agrees=False)
    [mail] = told(session)
    assert (mail.to, mail.not_before) == ("anne@example.org", LATER + WINDOW)
    made = letter(session, mail)
    assert isinstance(made, Letter)
    assert words_of(made.subject) == "C’est non pour « Invendus du Fournil »"
    for text in (made.text, made.html):
        said = words_of(text)
        assert "CCI des Deux Rives répond" in said and "Le four sert encore." in said
        assert f"/projets/{cast.project().public_id}/accords" in text


def test_a_yes_is_told_and_another_answer_in_these_minutes_replaces_it(
    session: Session, cast: Cast, proposal: Proposal
) -> None:
    [ask] = asked(session, proposal).values()
    tell_asker(session, ask, now=LATER)
    answer(session, cast, proposal, agrees=False)
    [mail] = told(session)
    assert mail.refs == {"asks": [ask.id]}
    made = letter(session, mail)
    assert isinstance(made, Letter) and "C’est non" in made.subject


def test_two_answers_within_minutes_are_one_mail(
    session: Session, cast: Cast, proposal: Proposal
) -> None:
    part = part_of(cast, "Le Fournil")
    part.state, part.confirmed_at = PartnerState.APPROACHED, None
    session.flush()
    ask_part(session, part, asker_id=act(session, cast, "Anne"), now=NOW)
    session.commit()
    second = session.scalars(select(Ask).order_by(Ask.id.desc())).first()
    assert second is not None
    answer(session, cast, proposal, agrees=False)
    tell_asker(session, second, now=LATER + timedelta(minutes=1))
    [mail] = told(session)
    assert mail.refs["asks"][-1] == second.id and len(mail.refs["asks"]) == 2


def test_an_answer_from_the_page_is_told_and_repeated_it_is_told_once(
    session: Session, cast: Cast, proposal: Proposal, as_: As
) -> None:
    [ask] = asked(session, proposal).values()
    here = f"/demandes/{ask.public_id}"
    session.rollback()
    with travel(LATER, tick=False):
        karim = as_("Karim")
        for _ in range(2):
            karim.post(here, data={"reponse": "non", "words": "Le four sert encore."})
    session.rollback()
    assert [mail.refs["asks"] for mail in told(session)] == [[ask.id]]


def test_who_wants_no_mail_gets_none_and_a_weekly_reader_waits(
    session: Session, cast: Cast, proposal: Proposal
) -> None:
    wish = MailPreference(
        person_id=cast.person("Anne").id, rhythm=MailRhythm.WEEKLY, updated_at=NOW
    )
    session.add(wish)
    answer(session, cast, proposal, agrees=False)
    [mail] = told(session)
    assert isinstance(letter(session, mail), Wait)
    wish.rhythm = MailRhythm.OFF
    session.flush()
    assert letter(session, mail) == Skip("opted_out")


def test_who_answered_for_others_is_not_told_what_they_said(
    session: Session, cast: Cast, proposal: Proposal
) -> None:
    [ask] = asked(session, proposal).values()
    ask.answered_by_id = ask.asker_id
    tell_asker(session, ask, now=LATER)
    assert told(session) == []


def test_who_may_no_longer_read_the_project_is_not_told(
    session: Session, cast: Cast, proposal: Proposal
) -> None:
    ask = answer(session, cast, proposal, agrees=False)
    [mail] = told(session)
    paul = cast.person("Paul")
    ask.asker_id, mail.recipient_id = paul.id, paul.id
    session.flush()
    assert letter(session, mail) == Skip("question_over")
