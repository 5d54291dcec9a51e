"""An erasure at the very moment of something else: a delivery, a run, another erasure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.answers import Accepted, Answer, Later, Outgoing, Unreachable
from app.outbox.jobs import deliver_due, new_holder
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.privacy.kinds import Cause
from app.privacy.models import Erasure
from app.privacy.services.erasing import erase
from app.reminders.models import Relance
from app.reminders.services.running import run
from app.reminders.services.starting import start
from tests.cast import NOW, Cast
from tests.privacy.dump import dump, left_of
from tests.reminders.conftest import WEEK_BEFORE, at

TRACES = ("Lucie Perrin", "lucie@example.org")


@pytest.fixture
def lucie(session: Session, cast: Cast) -> int:
    """Lucie's step is due in a week, and relances have started."""
    anne, lucie = cast.person("Anne"), cast.person("Lucie").id
    acting(session, anne.id, Via.PAGE, NOW)
    start(session, cast.territory().id, person_id=anne.id, now=NOW - timedelta(days=20))
    session.commit()
    session.close()
    return lucie


def erase_once(engine: Engine, person_id: int) -> bool:
    with Session(engine) as session:
        acting(session, person_id, Via.MAIL_LINK, NOW)
        done = erase(session, person_id, cause=Cause.OWN, asked_by_id=person_id, now=NOW)
        session.commit()
        return done is not None


def left(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return left_of(dump(connection), *TRACES)


class Interrupted:
    """A transport during whose conversation somebody is erased; others' mails leave."""

    def __init__(self, engine: Engine, person_id: int, answer: Answer) -> None:
        self._engine, self._person_id, self._answer = engine, person_id, answer

    def send(self, mail: Outgoing, seconds: float) -> Answer:
        if mail.to != "lucie@example.org":
            return Accepted()
        erase_once(self._engine, self._person_id)
        return self._answer

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "answer", [Accepted(), Later("busy", in_doubt=True), Unreachable("gone")], ids=repr
)
def test_a_relance_that_is_being_delivered(engine: Engine, lucie: int, answer: Answer) -> None:
    run(lambda: Session(engine), now=at(WEEK_BEFORE), on=WEEK_BEFORE)
    deliver_due(
        lambda: Session(engine),
        Interrupted(engine, lucie, answer),
        sender="maillage@example.org",
        holder=new_holder(),
        now=lambda: at(WEEK_BEFORE),
    )
    assert left(engine) == []
    with Session(engine) as session:
        (mail,) = session.scalars(select(Mail).where(Mail.recipient_id == lucie))
        assert (mail.state, mail.content) == (MailState.SKIPPED, None)


def test_a_run_that_read_her_before_and_writes_after(engine: Engine, lucie: int) -> None:
    opened: list[Session] = []

    def open_session() -> Session:
        if len(opened) == 1:
            assert erase_once(engine, lucie)
        opened.append(Session(engine))
        return opened[-1]

    run(open_session, now=at(WEEK_BEFORE), on=WEEK_BEFORE)
    assert left(engine) == []
    with Session(engine) as session:
        assert session.scalars(select(Relance).where(Relance.recipient_id == lucie)).all() == []
        assert session.scalars(select(Mail).where(Mail.recipient_id == lucie)).all() == []


def test_erased_from_two_sides_at_once_it_is_done_once(engine: Engine, lucie: int) -> None:
    barrier, done = threading.Barrier(4), []

    def both() -> None:
        barrier.wait()
        done.append(erase_once(engine, lucie))

    threads = [threading.Thread(target=both) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]
    with Session(engine) as session:
        assert len(session.scalars(select(Erasure)).all()) == 1


def test_a_reminder_after_the_erasure_goes_to_the_next_contact(
    engine: Engine, session: Session, cast: Cast, lucie: int, begin: Callable[[], None]
) -> None:
    erase_once(engine, lucie)
    run(lambda: Session(engine), now=at(WEEK_BEFORE), on=WEEK_BEFORE)
    session.rollback()
    told = select(Relance.recipient_id).where(
        Relance.mail_id.is_not(None), Relance.subject_id == cast.step().id
    )
    reached = set(session.scalars(told))
    # nobody is left at the bakery: the project's lead hears of its step
    assert reached == {cast.person("Anne").id}
