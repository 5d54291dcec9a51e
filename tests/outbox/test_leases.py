"""One of many processes does what is periodic; the database's clock says for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text, update
from sqlalchemy.orm import Session, sessionmaker

from app.outbox import leases
from app.outbox.models import Lease
from tests.parts.waiting import wait_until

Sessions = sessionmaker[Session]


def hold(make_session: Sessions, holder: str, seconds: int = 60) -> bool:
    with make_session.begin() as session:
        return leases.hold(session, "reminders", holder, seconds)


def test_of_two_processes_one_holds_the_lease(make_session: Sessions) -> None:
    assert [hold(make_session, "A"), hold(make_session, "B")] == [True, False]


def test_the_holder_may_prolong_it(make_session: Sessions) -> None:
    assert [hold(make_session, "A", 1), hold(make_session, "A", 60)] == [True, True]
    assert not hold(make_session, "B")


def test_a_lease_that_ended_goes_to_whoever_comes(make_session: Sessions) -> None:
    hold(make_session, "A")
    with make_session.begin() as session:
        ended = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(Lease).values(until=ended))
    assert hold(make_session, "B")
    assert not hold(make_session, "A")


def test_a_lease_ends_by_itself_by_the_databases_clock(make_session: Sessions) -> None:
    hold(make_session, "A", 1)
    wait_until(lambda: hold(make_session, "B"), "the lease of one second to end")


def test_a_lease_lasts_as_long_as_was_asked(make_session: Sessions) -> None:
    hold(make_session, "A", 3600)
    with make_session.begin() as session:
        until = session.get_one(Lease, "reminders").until
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        clock = session.scalar(
            text(
                "SELECT strftime('%s', 'now')" if is_sqlite else "SELECT extract(epoch FROM now())"
            )
        )
    assert abs(until.timestamp() - float(str(clock)) - 3600) < 30


def test_leases_of_different_names_are_independent(make_session: Sessions) -> None:
    with make_session.begin() as session:
        assert leases.hold(session, "reminders", "A", 60)
        assert leases.hold(session, "snapshots", "B", 60)
