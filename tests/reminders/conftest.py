"""The Val's relances, started, and short ways to run a day and to deliver it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.accounts.links import Links
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail
from app.reminders.mails import mail_kind
from app.reminders.models import Relance
from app.reminders.routes.registration import register
from app.reminders.services.running import Written, run
from app.reminders.services.starting import start
from app.web.database import db
from tests.cast import Cast

STARTED = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
WEEK_BEFORE = date(2026, 4, 10)  # a week before Lucie's step is due
DAY_BEFORE = date(2026, 4, 16)


@dataclass(frozen=True)
class Clockwork:
    """Runs days and renews mails on the test's own engine."""

    engine: Engine
    links: Links

    def run(self, day: date) -> Written:
        return run(lambda: Session(self.engine), now=at(day), on=day)

    def renew(self, session: Session, mail: Mail, day: date) -> Letter | Skip | Wait:
        return mail_kind(self.links).renew(session, mail, at(day))


def at(day: date, hour: int = 6) -> datetime:
    """An instant of a day, early: eight o'clock in Paris in summer."""
    return datetime.combine(day, time(hour), tzinfo=UTC)


def mails(session: Session) -> list[Mail]:
    """Every mail as it stands now, whoever wrote it."""
    session.rollback()
    return list(session.scalars(select(Mail).order_by(Mail.key)))


def relances(session: Session) -> list[Relance]:
    """The whole ledger as it stands now."""
    session.rollback()
    return list(session.scalars(select(Relance).order_by(Relance.subject_id, Relance.nominal_on)))


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application with this room's pages, wherever it is composed."""
    if "reminders" not in app.blueprints:
        register(app)
    return app


@pytest.fixture
def clockwork(app: Flask) -> Clockwork:
    with app.app_context():
        engine = db.engine
    return Clockwork(engine, app.extensions["maillage_links"])


@pytest.fixture
def started(session: Session, cast: Cast) -> Cast:
    """The Val's pilot has said « Démarrer » in March."""
    anne = cast.person("Anne")
    acting(session, anne.id, Via.PAGE, STARTED)
    start(session, cast.territory().id, person_id=anne.id, now=STARTED)
    session.commit()
    return cast


@pytest.fixture
def change(session: Session) -> Callable[[], None]:
    """Say that the test itself now changes rows; call before the change."""

    def begin() -> None:
        acting(session, None, Via.COMMAND, STARTED)

    return begin


@dataclass(frozen=True)
class Mailed:
    """A mail that was written to one person, and what it opens."""

    mail: Mail
    letter: Letter
    answer_path: str
    leave_path: str


@pytest.fixture
def mail_to(session: Session, clockwork: Clockwork, started: Cast) -> Callable[[str, date], Mailed]:
    """`mail_to("Lucie", day)`: run the day, and read the letter that it makes to Lucie."""

    def written(first_name: str, day: date) -> Mailed:
        clockwork.run(day)
        person_id = started.person(first_name).id
        mail = next(one for one in mails(session) if one.recipient_id == person_id)
        letter = clockwork.renew(session, mail, day)
        session.rollback()
        assert isinstance(letter, Letter)
        paths = re.findall(r"http://localhost(/(?:r|desabonnement)/[^\s?>]+)", letter.text)
        answer = next(path for path in paths if path.startswith("/r/"))
        leave = next(path for path in paths if path.startswith("/desabonnement/"))
        return Mailed(mail, letter, answer, leave)

    return written
