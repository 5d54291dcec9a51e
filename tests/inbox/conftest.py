"""Mails as they come back: the samples, made answers to a mail that Lucie really got."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.inbox.kinds import Fate
from app.inbox.models import Incoming
from app.inbox.services.receiving import receive
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.web.database import db
from tests.reminders.conftest import Mailed, change, clockwork, mail_to, started

__all__ = ["change", "clockwork", "mail_to", "started"]

MAILS = Path(__file__).with_name("mails")
# what stands in the samples where the id of our mail belongs
PLACEHOLDER = b"abcdefghjk"
SENT_AT = datetime(2026, 4, 10, 6, 0, tzinfo=UTC)
CAME_AT = datetime(2026, 4, 14, 8, 5, tzinfo=UTC)
OWN = ("maillage@example.org",)

Take = Callable[..., Fate | None]


def sample(name: str, public_id: str = PLACEHOLDER.decode()) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes().replace(PLACEHOLDER, public_id.encode())


def reply(public_id: str, text: str, sender: str = "lucie@example.org", number: int = 1) -> bytes:
    """The plainest of replies."""
    return (
        f"From: Lucie Perrin <{sender}>\r\nTo: maillage@example.org\r\nSubject: Re: Peser\r\n"
        f"Message-ID: <{number}@mail.example.org>\r\nIn-Reply-To: <{public_id}@example.org>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}"
    ).encode()


def messages(session: Session) -> list[Incoming]:
    """Everything that came in, as it stands now."""
    session.rollback()
    return list(session.scalars(select(Incoming).order_by(Incoming.id)))


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def take(engine: Engine) -> Take:
    """`take(raw)`: a message arrives, at a moment of the week after the reminder."""

    def taken(raw: bytes, now: datetime = CAME_AT) -> Fate | None:
        return receive(lambda: Session(engine), raw, own=OWN, now=now)

    return taken


@pytest.fixture
def sent(engine: Engine, mail_to: Callable[..., Mailed]) -> Callable[..., Mail]:
    """`sent("Lucie", day)`: the reminder of that day has left."""

    def leave(first_name: str, day: object) -> Mail:
        mailed = mail_to(first_name, day)
        with Session(engine) as session:
            mail = session.get_one(Mail, mailed.mail.id)
            mail.state, mail.ended_at, mail.attempts = MailState.SENT, SENT_AT, 1
            session.commit()
        return mailed.mail

    return leave
