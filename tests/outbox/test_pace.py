"""A ceiling of mails a minute: one row counts for all workers, by the database's clock."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from app.outbox import registry
from app.outbox.jobs import DeliveryReport, deliver_due, new_holder
from app.outbox.models import MailPace
from app.outbox.pace import PATIENCE_SECONDS, turn
from app.outbox.registry import MailKind
from tests.outbox.delivering import NOW, report, way_to
from tests.outbox.posting import SENDER, note, states, write
from tests.outbox.processes import all_answer, workers
from tests.outbox.worker import BEGINNING
from tests.parts.relay import Relay

Sessions = sessionmaker[Session]
HOUR = 3600.0


def take(make_session: Sessions, per_minute: int) -> float | None:
    with make_session.begin() as session:
        return turn(session, per_minute)


def shift(make_session: Sessions, seconds: float) -> None:
    """As if the database's clock had been moved against the row by so many seconds."""
    with make_session.begin() as session:
        session.execute(update(MailPace).values(next_at=MailPace.next_at + seconds))


def run(make_session: Sessions, relay: Relay, per_minute: int) -> DeliveryReport:
    return deliver_due(
        make_session,
        way_to(relay),
        sender=SENDER,
        holder=new_holder(),
        now=lambda: NOW,
        per_minute=per_minute,
    )


def test_turns_lie_a_minute_s_part_apart(make_session: Sessions) -> None:
    began = time.monotonic()
    waits = [take(make_session, 15) or 0.0 for _ in range(3)]
    lasted = time.monotonic() - began
    # four seconds apart, less what the statements took
    for number, wait in enumerate(waits):
        assert 4 * number - lasted - 0.01 < wait < 4 * number + 0.01


def test_a_turn_further_off_than_patience_is_not_taken(make_session: Sessions) -> None:
    assert [take(make_session, 1), take(make_session, 1)] == [0.0, None]
    shift(make_session, -60)
    assert take(make_session, 1) == 0.0


def test_a_silent_hour_saves_up_no_turns(make_session: Sessions) -> None:
    take(make_session, 1)
    shift(make_session, -HOUR)
    assert [take(make_session, 1), take(make_session, 1)] == [0.0, None]


def test_a_clock_set_back_does_not_stop_the_mail(make_session: Sessions) -> None:
    take(make_session, 1)
    shift(make_session, HOUR)
    assert [take(make_session, 1), take(make_session, 1)] == [0.0, None]


def test_what_has_no_turn_stays_due_and_spends_no_attempt(
    make_session: Sessions, relay: Relay
) -> None:
    for key in ("a", "b", "c"):
        write(make_session, key, NOW)
    assert run(make_session, relay, 1) == DeliveryReport(1, 0, 0, 0, is_paced=True)
    assert states(make_session) == {"a": "sent", "b": "waiting", "c": "waiting"}
    assert run(make_session, relay, 1) == DeliveryReport(0, 0, 0, 0, is_paced=True)
    shift(make_session, -60)
    assert run(make_session, relay, 1) == DeliveryReport(1, 0, 0, 0, is_paced=True)
    shift(make_session, -60)
    assert run(make_session, relay, 1) == report(sent=1)


def test_within_a_run_each_mail_waits_for_its_turn(make_session: Sessions, relay: Relay) -> None:
    for number in range(4):
        write(make_session, str(number), NOW)
    assert run(make_session, relay, 1200) == report(sent=4)
    # the fourth took its turn three twentieths of a second after the first at the earliest
    assert take(make_session, 1200) is not None


def test_somebody_who_waits_for_a_link_is_served_before_the_others(
    make_session: Sessions, relay: Relay
) -> None:
    registry.register(MailKind("link", note, is_urgent=True))
    for number in range(3):
        write(make_session, str(number), NOW, wait=timedelta(hours=-1))
    write(make_session, "link", NOW, kind="link")
    run(make_session, relay, 1)
    registry.register(MailKind("link", note))
    assert Counter(states(make_session).values()) == {"sent": 1, "waiting": 3}
    assert states(make_session)["link"] == "sent"


def test_four_processes_share_one_ceiling(
    empty_database_url: str, make_session: Sessions, relay: Relay
) -> None:
    options = ("--per-minute", "1")
    with workers(4, empty_database_url, relay.url, *options) as crew:
        all_answer(crew, "write 8")
        reports = all_answer(crew, f"deliver {BEGINNING.isoformat()}")
        shift(make_session, -60)
        reports += all_answer(crew, f"deliver {BEGINNING.isoformat()}")
    assert sum(one["sent"] for one in reports) == len(relay.received) == 2
    assert Counter(states(make_session).values()) == {"sent": 2, "waiting": 6}
    assert PATIENCE_SECONDS < 60
