"""Many processes at once, and processes that are killed: each mail arrives, and arrives once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.outbox.jobs import deliver_due, new_holder
from app.outbox.kinds import MailState
from app.outbox.schedule import LEASE
from app.outbox.smtp import SmtpTransport
from config import Smtp
from tests.outbox.posting import SENDER, mails, states, write
from tests.outbox.processes import all_answer, message_id, workers
from tests.outbox.worker import (
    AFTER_A_COMMIT,
    AFTER_THE_YES,
    BEFORE_A_COMMIT,
    BEFORE_DATA,
    BEFORE_MAIL,
    BEFORE_RCPT,
    BEFORE_THE_ANSWER,
    BEFORE_THE_RELAY,
    BEGINNING,
    IN_THE_MIDDLE,
    WHILE_RENEWING,
)
from tests.parts.relay import Relay, running_relay_process, stored
from tests.parts.waiting import wait_until

WORKERS = 4
MAILS = 40
Sessions = sessionmaker[Session]


def test_four_processes_write_and_deliver_each_mail_once_though_every_second_is_put_off(
    empty_database_url: str, make_session: Sessions, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    totals: Counter[str] = Counter()
    busy_in_first_round = 0
    with (
        running_relay_process(store, "451-every-second") as relay_url,
        # each writes the next mail while the relay has one
        workers(WORKERS, empty_database_url, relay_url, "--head-start", "0") as crew,
    ):
        assert sum(all_answer(crew, f"write {MAILS}")) == MAILS
        now = BEGINNING
        while set(states(make_session).values()) != {"sent"}:
            reports = all_answer(crew, f"deliver {now.isoformat()}")
            if now == BEGINNING:
                busy_in_first_round = sum(bool(report["sent"]) for report in reports)
            for report in reports:
                totals.update({key: report[key] for key in ("sent", "retry", "failed", "skipped")})
            assert totals["failed"] == 0
            # all that waits is due at the latest of their instants
            now = max([now, *(mail.not_before for mail in mails(make_session).values())])
        received = stored(store)
    assert busy_in_first_round > 1
    assert totals["sent"] == MAILS
    assert totals["retry"] >= MAILS // 2
    wanted = {mail.public_id for mail in mails(make_session).values()}
    assert len(received) == MAILS
    assert {message_id(mail) for mail in received} == wanted


# The second of four mails. Commits: the claim, then two for each mail, its bytes and its mark.
# (the place, which time there, mails that the database then calls sent, copies of the second)
STEPS = [
    (BEFORE_A_COMMIT, 1, 0, 1),
    (AFTER_A_COMMIT, 1, 0, 1),
    (WHILE_RENEWING, 2, 1, 1),
    (BEFORE_A_COMMIT, 4, 1, 1),
    (AFTER_A_COMMIT, 4, 1, 1),
    (BEFORE_THE_RELAY, 2, 1, 1),
    (BEFORE_MAIL, 2, 1, 1),
    (BEFORE_RCPT, 2, 1, 1),
    (BEFORE_DATA, 2, 1, 1),
    (IN_THE_MIDDLE, 2, 1, 1),
    (BEFORE_THE_ANSWER, 2, 1, 2),
    (AFTER_THE_YES, 2, 1, 2),
    (BEFORE_A_COMMIT, 5, 1, 2),
    (AFTER_A_COMMIT, 5, 2, 1),
]


# where the relay lets commands follow each other, these are what differs
AT_ONCE = [
    (BEFORE_MAIL, 2, 1, 1),
    (IN_THE_MIDDLE, 2, 1, 1),
    (BEFORE_THE_ANSWER, 2, 1, 2),
    (AFTER_THE_YES, 2, 1, 2),
]
KILLED = [*((False, *step) for step in STEPS), *((True, *step) for step in AT_ONCE)]


@pytest.mark.parametrize(("pipelining", "place", "nth", "sent", "copies"), KILLED)
def test_a_worker_killed_between_any_two_steps_loses_nothing_and_repeats_only_a_lost_yes(
    empty_database_url: str,
    make_session: Sessions,
    relay: Relay,
    pipelining: bool,
    place: str,
    nth: int,
    sent: int,
    copies: int,
) -> None:
    relay.pipelining = pipelining
    for number in range(4):
        write(make_session, str(number), BEGINNING)
    options = ("--halt", place, "--at", str(nth))
    with workers(1, empty_database_url, relay.url, *options) as (worker,):
        worker.tell(f"deliver {BEGINNING.isoformat()}")
        assert worker.answer() == "halted"
        if place == BEFORE_THE_ANSWER:
            wait_until(lambda: len(relay.received) == 2, "the relay to take the whole mail")
        worker.kill()
    assert Counter(states(make_session).values())["sent"] == sent

    deliver_all(make_session, relay, BEGINNING + LEASE)
    arrived = Counter(message_id(mail) for mail in relay.received)
    expected = {
        mail.public_id: copies if key == "1" else 1 for key, mail in mails(make_session).items()
    }
    assert arrived == expected
    # the repeat is the same mail to the byte
    assert len({mail.content for mail in relay.received}) == 4


def test_while_the_killed_workers_lease_lasts_nobody_touches_its_mail(
    empty_database_url: str, make_session: Sessions, relay: Relay
) -> None:
    write(make_session, "k", BEGINNING)
    options = ("--halt", AFTER_THE_YES)
    with workers(1, empty_database_url, relay.url, *options) as (worker,):
        worker.tell(f"deliver {BEGINNING.isoformat()}")
        assert worker.answer() == "halted"
        before_the_end = BEGINNING + LEASE - timedelta(seconds=1)
        run(make_session, relay, before_the_end)
    assert len(relay.received) == 1
    assert states(make_session) == {"k": "sending"}


def deliver_all(make_session: Sessions, relay: Relay, now: datetime) -> None:
    """PostgreSQL may need a moment to see that a killed process has let its rows go."""

    def all_sent() -> bool:
        run(make_session, relay, now)
        return all(mail.state is MailState.SENT for mail in mails(make_session).values())

    wait_until(all_sent, "every mail to be sent")


def run(make_session: Sessions, relay: Relay, now: datetime) -> None:
    deliver_due(
        make_session,
        SmtpTransport(Smtp(relay.host, relay.port), SENDER),
        sender=SENDER,
        holder=new_holder(),
        now=lambda: now,
    )
