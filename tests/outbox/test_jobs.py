"""Delivery, one run at a time: what leaves, what does not, and who may."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.core.database import new_public_id
from app.outbox import registry, services
from app.outbox.jobs import deliver_due, new_holder
from app.outbox.kinds import MailState
from app.outbox.maildir import MaildirTransport
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.outbox.schedule import DEADLINE, LEASE, MAX_ATTEMPTS
from tests.outbox.delivering import LATER, MUCH_LATER, NOW, report, run, way_to
from tests.outbox.posting import FAULTY, NOTE, SENDER, UNTRUE, mails, states, write
from tests.parts.relay import Relay

Sessions = sessionmaker[Session]


def test_what_is_due_leaves_and_what_is_not_waits(make_session: Sessions, relay: Relay) -> None:
    write(make_session, "due", NOW)
    write(make_session, "not yet", NOW, wait=timedelta(seconds=1))
    assert run(make_session, way_to(relay)) == report(sent=1)
    assert states(make_session) == {"due": "sent", "not yet": "waiting"}
    (received,) = relay.received
    assert (received.mail_from, received.rcpt_to) == (SENDER, ("lucie@fournil.example",))
    mail = mails(make_session)["due"]
    assert f"Message-ID: <{mail.public_id}@val.example>\r\n".encode() in received.content
    assert (mail.attempts, mail.ended_at) == (1, NOW)


def test_the_subject_kept_is_the_one_that_left(make_session: Sessions, relay: Relay) -> None:
    write(make_session, "k", NOW)
    run(make_session, way_to(relay), LATER)
    assert mails(make_session)["k"].subject == "Étape k (06:00)"


def test_a_second_run_finds_nothing_to_do(make_session: Sessions, relay: Relay) -> None:
    write(make_session, "k", NOW)
    run(make_session, way_to(relay))
    assert run(make_session, way_to(relay), MUCH_LATER) == report()
    assert len(relay.received) == 1


def test_all_that_is_due_leaves_however_small_the_batch(
    make_session: Sessions, relay: Relay
) -> None:
    for number in range(7):
        write(make_session, str(number), NOW)
    assert run(make_session, way_to(relay), batch=2) == report(sent=7)


def test_without_a_relay_mail_goes_to_the_mailbox(make_session: Sessions, tmp_path: Path) -> None:
    write(make_session, "k", NOW)
    folder = tmp_path / "mailbox"
    assert run(make_session, MaildirTransport(folder)) == report(sent=1)
    (file,) = (folder / "new").iterdir()
    assert file.name.startswith(mails(make_session)["k"].public_id)


def test_a_mail_that_is_no_longer_true_is_skipped_with_its_reason(
    make_session: Sessions, relay: Relay
) -> None:
    write(make_session, "k", NOW, kind=UNTRUE, refs={"reason": "step_done"})
    assert run(make_session, way_to(relay)) == report(skipped=1)
    mail = mails(make_session)["k"]
    assert (mail.state, mail.last_error, mail.attempts) == (MailState.SKIPPED, "step_done", 0)
    assert relay.attempts == 0


def test_a_template_that_fails_parks_its_mail_and_the_others_leave(
    make_session: Sessions, relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    for key, kind in (("a", NOTE), ("b", FAULTY), ("c", NOTE)):
        write(make_session, key, NOW, kind=kind)
    assert run(make_session, way_to(relay)) == report(sent=2, failed=1)
    assert states(make_session) == {"a": "sent", "b": "failed", "c": "sent"}
    error = mails(make_session)["b"].last_error
    assert error is not None
    assert error.startswith("UndefinedError: ")
    assert "cannot be written" in caplog.text


def test_an_address_that_is_none_parks_its_mail(make_session: Sessions, relay: Relay) -> None:
    write(make_session, "k", NOW, to="lucie@fournil.example\r\nBcc: x@y.example")
    write(make_session, "other", NOW)
    assert run(make_session, way_to(relay)) == report(sent=1, failed=1)
    assert "is no address" in str(mails(make_session)["k"].last_error)


def test_a_kind_that_this_process_does_not_know_waits_for_one_that_does(
    make_session: Sessions, relay: Relay
) -> None:
    kind = f"of tomorrow {new_public_id()}"
    write(make_session, "k", NOW, kind=kind)
    assert run(make_session, way_to(relay)) == report(retry=1)
    registry.register(registry.MailKind(kind, lambda *_: Letter("S", "t", "h")))
    assert run(make_session, way_to(relay), LATER) == report(sent=1)


class TestStopping:
    def test_the_mail_in_hand_is_finished_and_the_rest_given_back(
        self, make_session: Sessions, relay: Relay
    ) -> None:
        for number in range(4):
            write(make_session, str(number), NOW)
        stopping = Event()
        relay.keep = lambda _mail: stopping.set()
        assert run(make_session, way_to(relay), stopping=stopping) == report(sent=1)
        assert states(make_session) == {"0": "sent", "1": "waiting", "2": "waiting", "3": "waiting"}
        assert mails(make_session)["1"].last_error is None
        assert run(make_session, way_to(relay)) == report(sent=3)


class TestALostLease:
    def test_a_mail_that_somebody_else_took_over_is_left_to_them(
        self, make_session: Sessions, relay: Relay
    ) -> None:
        for key in ("slow", "taken"):
            write(make_session, key, NOW)

        def take_over(_mail: object) -> None:
            """While the first mail is at the relay, another worker claims what is left."""
            relay.keep = None
            with make_session.begin() as session:
                services.claim(session, holder="B", due_by=NOW, now=NOW + LEASE, limit=9)

        relay.keep = take_over
        made = run(make_session, way_to(relay))
        # both leases had ended by B's clock: neither is marked, and the second is not sent
        assert made == report()
        assert len(relay.received) == 1
        assert {mail.lease_holder for mail in mails(make_session).values()} == {"B"}

    def test_a_slow_relay_spends_no_attempt_of_those_that_wait_behind(
        self, make_session: Sessions, relay: Relay
    ) -> None:
        for number in range(5):
            write(make_session, str(number), NOW)
        clock = [NOW]

        def slowly(_mail: object) -> None:
            clock[0] += DEADLINE

        relay.keep = slowly
        made = deliver_due(
            make_session,
            way_to(relay),
            sender=SENDER,
            holder=new_holder(),
            now=lambda: clock[0],
        )
        # given back in time, and taken again: each of the five was this worker's to the end
        assert (made.sent, made.failed, made.trouble) == (5, 0, None)
        assert {mail.attempts for mail in mails(make_session).values()} == {1}

    def test_a_poisoned_mail_that_kills_its_worker_each_time_fails_in_the_end(
        self, make_session: Sessions, relay: Relay
    ) -> None:
        write(make_session, "poison", NOW)
        now = NOW
        for _ in range(MAX_ATTEMPTS + 1):
            with make_session.begin() as session:
                services.claim(session, holder=new_holder(), due_by=now, now=now, limit=1)
            now += LEASE
        assert run(make_session, way_to(relay), now) == report(failed=1)
        assert "cut short each time" in str(mails(make_session)["poison"].last_error)


class DatabaseFault:
    """Once armed, the next statement that begins so fails as when the server goes away."""

    def __init__(self, make_session: Sessions, beginning: str) -> None:
        self.is_armed = False
        self.happened = 0
        self._beginning = beginning
        event.listen(make_session.kw["bind"], "before_cursor_execute", self._fail)

    def arm(self) -> None:
        self.is_armed = True

    def _fail(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if self.is_armed and statement.startswith(self._beginning):
            self.is_armed = False
            self.happened += 1
            raise OperationalError(statement, {}, Exception("gone for a moment"))


class TestADatabaseThatFails:
    def test_while_a_mail_is_renewed_that_mail_waits(
        self, make_session: Sessions, relay: Relay
    ) -> None:
        for key in ("k", "other"):
            write(make_session, key, NOW)
        registry.register(registry.MailKind(NOTE, _renew_asking_the_database))
        DatabaseFault(make_session, "SELECT 'renewing'").arm()
        assert run(make_session, way_to(relay)) == report(sent=1, retry=1)
        assert mails(make_session)["k"].last_error == "the database failed: gone for a moment"
        assert run(make_session, way_to(relay), LATER) == report(sent=1)

    def test_the_mark_of_a_mail_that_left_is_tried_again(
        self, make_session: Sessions, relay: Relay
    ) -> None:
        write(make_session, "k", NOW)
        fault = DatabaseFault(make_session, "UPDATE mail")
        relay.keep = lambda _mail: fault.arm()
        assert run(make_session, way_to(relay)) == report(sent=1)
        assert fault.happened == 1
        assert states(make_session) == {"k": "sent"}
        assert run(make_session, way_to(relay), MUCH_LATER) == report()
        assert len(relay.received) == 1


def _renew_asking_the_database(session: Session, mail: Mail, _now: datetime) -> Letter:
    session.execute(text("SELECT 'renewing'"))
    return Letter(mail.subject, "t", "h")
