"""Several processes deliver while the relay misbehaves, is down, or the database is restarted."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.core.database import Base
from app.outbox.models import Lease, Mail, MailPace
from tests.outbox.posting import mails, register_kinds, sessions, states, write
from tests.outbox.processes import Worker, all_answer, message_id, workers
from tests.outbox.worker import BEGINNING
from tests.parts.postgres import Restartable, restartable_postgres
from tests.parts.relay import Received, Relay, running_relay_process, stored

MAILS = 12
Sessions = sessionmaker[Session]


def until_all_left(crew: list[Worker], make_session: Sessions, now: datetime) -> Counter[str]:
    """Let them run whenever something is due, as the clock would; what they counted."""
    totals: Counter[str] = Counter()
    while open_ones := [one for one in mails(make_session).values() if one.ended_at is None]:
        now = max([now, *(one.not_before for one in open_ones)])
        for one in all_answer(crew, f"deliver {now.isoformat()}"):
            totals.update({key: one[key] for key in ("sent", "retry", "failed", "skipped")})
    return totals


def copies(received: list[Received]) -> list[int]:
    return sorted(Counter(message_id(one) for one in received).values())


@pytest.mark.parametrize(
    "manner",
    [
        "421-every-second",
        "450-every-second",
        "451-every-second",
        "drop-every-second",
        "reset-every-second",
        "hang-every-fifth",
    ],
)
def test_whatever_a_relay_does_instead_of_answering_each_mail_arrives_once(
    empty_database_url: str, make_session: Sessions, tmp_path: Path, manner: str
) -> None:
    store = tmp_path / "store"
    with (
        running_relay_process(store, manner) as url,
        # long enough that only a relay that hangs is ever left
        workers(2, empty_database_url, url, "--deadline", "3") as crew,
    ):
        all_answer(crew, f"write {MAILS}")
        totals = until_all_left(crew, make_session, BEGINNING)
        received = stored(store)
    assert copies(received) == [1] * MAILS
    assert (totals["sent"], totals["failed"]) == (MAILS, 0)
    assert totals["retry"] > 0


def test_a_relay_that_cuts_after_it_has_taken_a_mail_gets_the_same_bytes_again(
    empty_database_url: str, make_session: Sessions, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    with (
        running_relay_process(store, "keep-and-drop-every-second") as url,
        workers(2, empty_database_url, url) as crew,
    ):
        all_answer(crew, f"write {MAILS}")
        until_all_left(crew, make_session, BEGINNING)
        received = stored(store)
    assert set(states(make_session).values()) == {"sent"}
    assert len(received) > MAILS
    assert len({one.content for one in received}) == len({message_id(one) for one in received})
    assert len({one.content for one in received}) == MAILS


def test_a_relay_refuses_every_second_mail_and_the_others_leave(
    empty_database_url: str, make_session: Sessions, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    with (
        running_relay_process(store, "550-every-second") as url,
        workers(2, empty_database_url, url) as crew,
    ):
        all_answer(crew, f"write {MAILS}")
        totals = until_all_left(crew, make_session, BEGINNING)
        received = stored(store)
    assert totals == {"sent": MAILS // 2, "failed": MAILS // 2, "retry": 0, "skipped": 0}
    assert copies(received) == [1] * (MAILS // 2)


def test_a_relay_that_is_down_for_an_hour_costs_no_mail_and_no_attempt(
    empty_database_url: str, make_session: Sessions, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    store = tmp_path / "store"
    with workers(2, empty_database_url, f"smtp://127.0.0.1:{port}") as crew:
        all_answer(crew, f"write {MAILS}")
        for minutes in range(0, 60, 5):
            now = BEGINNING + timedelta(minutes=minutes)
            reports = all_answer(crew, f"deliver {now.isoformat()}")
            # who comes second may find that the first one holds everything
            assert any("cannot be used" in str(one["trouble"]) for one in reports)
            assert {one["sent"] for one in reports} == {0}
        assert set(states(make_session).values()) == {"waiting"}
        with running_relay_process(store, port=port):
            now = BEGINNING + timedelta(hours=1)
            all_answer(crew, f"deliver {now.isoformat()}")
            received = stored(store)
    assert copies(received) == [1] * MAILS
    assert {one.attempts for one in mails(make_session).values()} == {1}


@pytest.fixture
def own_postgres() -> Iterator[Restartable]:
    """A server of this test's own, which it may restart."""
    with restartable_postgres() as server:
        yield server


def test_a_database_restarted_while_a_mail_is_at_the_relay_costs_nothing(
    own_postgres: Restartable, relay: Relay
) -> None:
    url = own_postgres.server.url("postgres")
    register_kinds()
    make_session = sessions(url)
    engine = make_session.kw["bind"]
    Base.metadata.create_all(engine, tables=[one.__table__ for one in (Mail, Lease, MailPace)])
    for number in range(5):
        write(make_session, str(number), BEGINNING)
    engine.dispose()

    def restart_at_the_third(_mail: Received) -> None:
        if len(relay.received) == 2:
            own_postgres.restart()

    relay.keep = restart_at_the_third
    with workers(1, url, relay.url) as crew:
        (report,) = all_answer(crew, f"deliver {BEGINNING.isoformat()}")
    assert own_postgres.restarts == 1
    assert (report["sent"], report["failed"]) == (5, 0)
    assert copies(relay.received) == [1] * 5
    assert set(states(make_session).values()) == {"sent"}
    engine.dispose()
