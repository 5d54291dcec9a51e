"""Another process holds the SQLite file for longer than a writer waits for it."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.core.database import Base, prepare_engine
from app.outbox import postman
from app.outbox.jobs import DeliveryReport, deliver_due, new_holder
from app.outbox.models import Bounce, Lease, Mail, MailPace
from app.outbox.schedule import LEASE
from tests.outbox.delivering import NOW, report, run, way_to
from tests.outbox.posting import SENDER, mails, states, write
from tests.parts.relay import Received, Relay

Sessions = sessionmaker[Session]
Act = Callable[[], None]
HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


class OtherProcess:
    """Holds the writer's place in the file from `hold` to `let_go`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._process: subprocess.Popen[str] | None = None

    def hold(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(self._file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "held\n"

    def let_go(self) -> None:
        if self._process is not None:
            self._process.communicate("\n")
        self._process = None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "maillage.sqlite3"


@pytest.fixture
def other(file: Path) -> Iterator[OtherProcess]:
    process = OtherProcess(file)
    yield process
    process.let_go()


@pytest.fixture
def make_session(file: Path) -> Iterator[Sessions]:
    """A writer waits a hundredth of a second for its place, where it is fifteen in the house."""
    engine = create_engine(f"sqlite:///{file}")
    prepare_engine(engine)
    event.listen(engine, "connect", lambda one, _record: one.execute("PRAGMA busy_timeout = 10"))
    tables = [one.__table__ for one in (Mail, Bounce, Lease, MailPace)]
    Base.metadata.create_all(engine, tables=tables)
    yield sessionmaker(engine)
    engine.dispose()


@pytest.fixture
def at_each_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[Act], None]]:
    """`at_each_failure(act)`: acts whenever the delivery says that a mark was not taken."""
    monkeypatch.setattr(postman, "INSIST_SECONDS", (0,))
    acts: list[Act] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "does not take the mark" in record.getMessage():
                for act in acts:
                    act()

    listener = Listener()
    postman.log.addHandler(listener)
    yield acts.append
    postman.log.removeHandler(listener)


def run_by(make_session: Sessions, relay: Relay, now: Callable[[], datetime]) -> DeliveryReport:
    return deliver_due(make_session, way_to(relay), sender=SENDER, holder=new_holder(), now=now)


def test_a_mark_is_tried_until_the_file_is_free_and_nothing_is_sent_twice(
    make_session: Sessions,
    relay: Relay,
    other: OtherProcess,
    at_each_failure: Callable[[Act], None],
) -> None:
    for key in ("a", "b", "c"):
        write(make_session, key, NOW)
    failures: list[int] = []

    def taken(_mail: Received) -> None:
        if len(relay.received) == 1:
            other.hold()

    def free_at_the_twentieth() -> None:
        failures.append(1)
        if len(failures) == 20:
            other.let_go()

    relay.keep = taken
    at_each_failure(free_at_the_twentieth)
    assert run(make_session, way_to(relay)) == report(sent=3)
    assert len(failures) == 20
    assert states(make_session) == {"a": "sent", "b": "sent", "c": "sent"}
    assert run(make_session, way_to(relay), NOW + LEASE) == report()
    assert len(relay.received) == 3


def test_at_the_end_of_the_lease_it_ends_and_the_same_bytes_follow(
    make_session: Sessions,
    relay: Relay,
    other: OtherProcess,
    at_each_failure: Callable[[Act], None],
) -> None:
    for key in ("a", "b"):
        write(make_session, key, NOW)
    clock = [NOW]

    def pass_a_minute() -> None:
        clock[0] += timedelta(minutes=1)

    relay.keep = lambda _mail: other.hold()
    at_each_failure(pass_a_minute)
    with pytest.raises(OperationalError, match="locked"):
        run_by(make_session, relay, lambda: clock[0])
    assert clock[0] == NOW + LEASE
    # while the file is held nothing else leaves
    relay.keep = None
    with pytest.raises(OperationalError, match="locked"):
        run_by(make_session, relay, lambda: clock[0])
    assert len(relay.received) == 1

    other.let_go()
    assert run_by(make_session, relay, lambda: clock[0]) == report(sent=2)
    first, again, second = (received.content for received in relay.received)
    assert first == again != second
    assert {mail.state.value for mail in mails(make_session).values()} == {"sent"}


def test_a_file_held_when_mails_are_claimed_lets_none_leave_and_the_next_tick_goes_on(
    make_session: Sessions, relay: Relay, other: OtherProcess
) -> None:
    write(make_session, "k", NOW)
    other.hold()
    with pytest.raises(OperationalError, match="locked"):
        run(make_session, way_to(relay))
    assert relay.attempts == 0
    other.let_go()
    assert states(make_session) == {"k": "waiting"}
    assert run(make_session, way_to(relay)) == report(sent=1)
    assert mails(make_session)["k"].attempts == 1


def test_a_file_held_when_bytes_are_to_be_kept_stops_the_batch_before_the_relay(
    make_session: Sessions, relay: Relay, other: OtherProcess
) -> None:
    for key in ("a", "b", "c"):
        write(make_session, key, NOW)
    marked: list[int] = []

    def hold_after_the_first_mark(session: Session) -> None:
        sent = [state for state in states(make_session).values() if state == "sent"]
        if sent and not marked:
            marked.append(1)
            other.hold()

    event.listen(make_session, "after_commit", hold_after_the_first_mark)
    with pytest.raises(OperationalError, match="locked"):
        run(make_session, way_to(relay))
    assert len(relay.received) == 1
    event.remove(make_session, "after_commit", hold_after_the_first_mark)

    other.let_go()
    # theirs until their lease ends, as those of a worker that died
    assert run(make_session, way_to(relay)) == report()
    assert run(make_session, way_to(relay), NOW + LEASE) == report(sent=2)
    assert len({received.content for received in relay.received}) == 3
    assert len(relay.received) == 3
