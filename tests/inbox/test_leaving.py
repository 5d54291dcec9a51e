"""Where replies and returned mails are asked to go, and what is forgotten of those that came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.inbox.jobs import KEPT, forget
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox import registry
from app.outbox.jobs import deliver_due, new_holder
from app.outbox.models import Bounce, Mail
from tests.cast import Cast
from tests.inbox.conftest import CAME_AT, SENT_AT, Take, messages, reply, sample
from tests.outbox.delivering import way_to
from tests.parts.relay import Relay
from tests.privacy.conftest import erased
from tests.reminders.conftest import WEEK_BEFORE, Clockwork

INBOX = "reponses@val.example.org"
Sent = Callable[..., Mail]


@pytest.mark.parametrize(("inbox", "reply_to"), [(INBOX, INBOX), (None, "anne@example.org")])
def test_replies_to_a_reminder_go_to_the_mailbox_that_is_read_else_to_the_pilot(
    engine: Engine,
    started: Cast,
    clockwork: Clockwork,
    relay: Relay,
    inbox: str | None,
    reply_to: str,
) -> None:
    clockwork.run(WEEK_BEFORE)
    deliver_due(
        lambda: Session(engine),
        way_to(relay),
        sender="maillage@val.example.org",
        inbox=inbox,
        holder=new_holder(),
        now=lambda: SENT_AT,
    )
    heads = [message_from_bytes(one.content) for one in relay.received]
    assert {head["Reply-To"] for head in heads} == {reply_to}
    assert {head["From"].partition("<")[2] for head in heads} == {"maillage@val.example.org>"}


def test_mail_that_nobody_could_take_further_keeps_its_own_address() -> None:
    kind = registry.find("sign_in_link")
    assert kind is not None
    assert not kind.takes_replies


def test_what_came_in_goes_after_a_year(
    session: Session, engine: Engine, sent: Sent, take: Take
) -> None:
    take(sample("gmail", sent("Lucie", WEEK_BEFORE).public_id))
    forget(lambda: Session(engine), CAME_AT + KEPT - timedelta(days=1))
    assert len(messages(session)) == 1
    forget(lambda: Session(engine), CAME_AT + KEPT + timedelta(days=1))
    assert messages(session) == []


def test_whoever_is_erased_leaves_nothing_in_what_came_in(
    session: Session, cast: Cast, sent: Sent, take: Take
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    take(reply(mail.public_id, "trop " * 2000, number=1))
    take(sample("postfix_hard", mail.public_id))
    take(reply("nothing", "Lucie Perrin et Marc", sender="marc@example.org", number=2))
    take(b"From: lucie@example.org\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 100)
    session.rollback()
    acting(session, None, Via.COMMAND, CAME_AT)
    erased(session, cast.person("Lucie"), CAME_AT)
    session.commit()
    assert session.scalars(select(Bounce)).all() == []
    named, unreadable = messages(session)
    assert named.text is not None and "Perrin" not in named.text
    assert "lucie@example.org" not in (unreadable.sender or "")
    assert unreadable.content is None
