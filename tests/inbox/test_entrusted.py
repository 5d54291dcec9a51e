"""A reply to « pour vous » stands in its project, and whoever entrusted the step is told."""

from __future__ import annotations

from datetime import timedelta

import html5lib
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbox.kinds import Fate, Trouble
from app.outbox import registry
from app.outbox.kinds import MailState
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.plans.mails.for_you import FOR_YOU, Spoken, spoken_of
from app.plans.models import Comment
from tests.cast import Cast
from tests.inbox.conftest import CAME_AT, SENT_AT, Take, messages, reply


def entrusted(session: Session, cast: Cast, *titles: str) -> Mail:
    """What Anne entrusted to Lucie has left."""
    lucie, anne = cast.person("Lucie"), cast.person("Anne").id
    mail = Mail(
        key="for_you:test",
        kind=FOR_YOU,
        recipient_id=lucie.id,
        territory_id=cast.territory().id,
        to=lucie.email or "",
        refs=Spoken([], {cast.step(title).id: anne for title in titles}).refs,
        subject="Pour vous",
        not_before=SENT_AT,
        created_at=SENT_AT,
        state=MailState.SENT,
        attempts=1,
        ended_at=SENT_AT,
    )
    session.rollback()
    session.add(mail)
    session.commit()
    return mail


def test_a_reply_stands_on_the_step_and_its_giver_is_told(
    session: Session, started: Cast, take: Take
) -> None:
    mail = entrusted(session, started, "Peser les invendus")
    text = "Plutôt Nadia, elle a la balance."
    assert take(reply(mail.public_id, text)) is Fate.COMMENT
    session.rollback()
    comment = session.scalars(select(Comment)).one()
    assert (comment.body, comment.step_id) == (text, started.step().id)
    told = session.scalars(select(Mail).where(Mail.kind == FOR_YOU, Mail.id != mail.id)).one()
    assert told.recipient_id == started.person("Anne").id
    assert spoken_of(told) == Spoken([comment.id], {})


def test_a_step_that_is_theirs_no_more_takes_no_reply(
    session: Session, started: Cast, take: Take
) -> None:
    mail = entrusted(session, started, "Fabriquer les caisses")
    assert take(reply(mail.public_id, "Je m’en occupe.")) is Fate.WAITING
    assert messages(session)[0].trouble is Trouble.NO_RIGHT


def test_its_html_is_well_formed(session: Session, started: Cast) -> None:
    mail, kind = entrusted(session, started, "Peser les invendus"), registry.find(FOR_YOU)
    assert kind is not None
    letter = kind.renew(session, mail, CAME_AT - timedelta(days=1))
    assert isinstance(letter, Letter)
    html5lib.HTMLParser(strict=True).parse(letter.html)
    assert letter.subject == "Anne Vasseur vous confie : Peser les invendus"
