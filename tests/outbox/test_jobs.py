"""Delivery, one run at a time, to relays that behave and misbehave."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.core.database import new_public_id
from app.outbox import registry, services
from app.outbox.answers import Transport
from app.outbox.jobs import DeliveryReport, deliver_due, new_holder
from app.outbox.kinds import MailState
from app.outbox.maildir import MaildirTransport
from app.outbox.message import Letter
from app.outbox.models import Mail
from app.outbox.schedule import DEADLINE, LEASE, MAX_ATTEMPTS, wait_after
from app.outbox.smtp import SmtpTransport
from config import Smtp
from tests.outbox.posting import FAULTY, NOTE, SENDER, UNTRUE, mails, states, write
from tests.parts.relay import DROP, HANG, KEEP_AND_DROP, Answer, Relay, running_relay

NOW = datetime(2026, 4, 7, 5, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
MUCH_LATER = NOW + timedelta(days=3)
Sessions = sessionmaker[Session]


def way_to(relay: Relay) -> Transport:
    return SmtpTransport(Smtp(relay.host, relay.port), SENDER)


def run(
    make_session: Callable[[], Session],
    transport: Transport,
    now: datetime = NOW,
    *,
    batch: int = 50,
    deadline: timedelta = DEADLINE,
    stopping: Event | None = None,
) -> DeliveryReport:
    return deliver_due(
        make_session,
        transport,
        sender=SENDER,
        holder=new_holder(),
        now=lambda: now,
        batch=batch,
        deadline=deadline,
        stopping=stopping,
    )


def report(
    *, sent: int = 0, retry: int = 0, failed: int = 0, skipped: int = 0, trouble: str | None = None
) -> DeliveryReport:
    return DeliveryReport(sent, retry, failed, skipped, trouble)


def first_then(first: str, then: str | None = None) -> Answer:
    return lambda _envelope, nth: first if nth == 1 else then


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


class TestARelayThatSaysNo:
    def test_not_now_is_tried_again_later_and_written_anew(self, make_session: Sessions) -> None:
        write(make_session, "k", NOW)
        with running_relay(answer=first_then("451 Later")) as relay:
            assert run(make_session, way_to(relay)) == report(retry=1)
            mail = mails(make_session)["k"]
            assert mail.not_before == NOW + wait_after(1, mail.id)
            assert (mail.state, mail.content, mail.last_error) == (
                MailState.WAITING,
                None,
                "451 Later",
            )
            assert run(make_session, way_to(relay), NOW + timedelta(seconds=60)) == report()
            assert run(make_session, way_to(relay), LATER) == report(sent=1)
        (received,) = relay.received
        assert LATER.isoformat().encode() in received.content
        assert mails(make_session)["k"].attempts == 2

    def test_a_mail_put_off_is_not_tried_twice_in_one_run(self, make_session: Sessions) -> None:
        """Even when the run lasts longer than the wait."""
        for key in ("a", "b"):
            write(make_session, key, NOW)
        ticking = iter(NOW + timedelta(minutes=10 * step) for step in range(1000))
        with running_relay(answer=lambda _e, _n: "450 Greylisted") as relay:
            made = deliver_due(
                make_session,
                way_to(relay),
                sender=SENDER,
                holder="A",
                now=lambda: next(ticking),
                batch=1,
            )
            assert made == report(retry=2)
            assert relay.attempts == 2

    def test_never_is_final(self, make_session: Sessions) -> None:
        write(make_session, "k", NOW)
        with running_relay(answer=lambda _e, _n: "550 5.7.1 No") as relay:
            assert run(make_session, way_to(relay)) == report(failed=1)
            assert run(make_session, way_to(relay), MUCH_LATER) == report()
        mail = mails(make_session)["k"]
        assert (mail.state, mail.last_error, mail.ended_at) == (
            MailState.FAILED,
            "550 5.7.1 No",
            NOW,
        )

    def test_attempts_are_spent_in_the_end(self, make_session: Sessions) -> None:
        write(make_session, "k", NOW)
        outcomes = []
        with running_relay(answer=lambda _e, _n: "451 Later") as relay:
            now = NOW
            while states(make_session) == {"k": "waiting"}:
                outcomes.append(run(make_session, way_to(relay), now))
                now = max(mails(make_session)["k"].not_before, now)
        assert outcomes == [report(retry=1)] * (MAX_ATTEMPTS - 1) + [report(failed=1)]
        assert relay.attempts == MAX_ATTEMPTS
        assert mails(make_session)["k"].last_error == "given up after 12 attempts: 451 Later"

    @pytest.mark.parametrize("answer", ["421 4.3.2 Closing", "450 4.2.0 Greylisted"])
    def test_one_no_does_not_keep_the_others(self, make_session: Sessions, answer: str) -> None:
        for number in range(6):
            write(make_session, str(number), NOW)
        every_second: Answer = lambda _envelope, nth: answer if nth % 2 == 0 else None  # noqa: E731
        with running_relay(answer=every_second) as relay:
            assert run(make_session, way_to(relay)) == report(sent=3, retry=3)


class TestARelayWhoseAnswerIsLost:
    @pytest.mark.parametrize(("answer", "copies"), [(DROP, 1), (KEEP_AND_DROP, 2)])
    def test_only_the_same_bytes_follow(
        self, make_session: Sessions, answer: str, copies: int
    ) -> None:
        write(make_session, "k", NOW)
        with running_relay(answer=first_then(answer)) as relay:
            assert run(make_session, way_to(relay)) == report(retry=1)
            assert run(make_session, way_to(relay), LATER) == report(sent=1)
        assert len(relay.received) == copies
        (content,) = {received.content for received in relay.received}
        assert NOW.isoformat().encode() in content

    def test_a_no_after_the_doubt_does_not_end_the_doubt(self, make_session: Sessions) -> None:
        write(make_session, "k", NOW)
        answers = {1: KEEP_AND_DROP, 2: "451 Later"}
        with running_relay(answer=lambda _e, nth: answers.get(nth)) as relay:
            for hours in range(3):
                run(make_session, way_to(relay), NOW + timedelta(hours=hours))
        assert len(relay.received) == 2
        assert len({received.content for received in relay.received}) == 1

    def test_what_is_no_longer_true_is_not_repeated(self, make_session: Sessions) -> None:
        write(make_session, "k", NOW)
        with running_relay(answer=first_then(KEEP_AND_DROP)) as relay:
            run(make_session, way_to(relay))
            with make_session.begin() as session:
                mail = session.scalars(select(Mail)).one()
                mail.kind, mail.refs = UNTRUE, {"reason": "opted_out"}
            assert run(make_session, way_to(relay), LATER) == report(skipped=1)
        assert len(relay.received) == 1

    def test_a_relay_that_hangs_is_left_and_the_mail_kept_for_later(
        self, make_session: Sessions
    ) -> None:
        write(make_session, "k", NOW)
        short = timedelta(seconds=0.3)
        with running_relay(answer=first_then(HANG)) as relay:
            assert run(make_session, way_to(relay), deadline=short) == report(retry=1)
            assert mails(make_session)["k"].last_error == "the relay does not answer"
            assert run(make_session, way_to(relay), LATER) == report(sent=1)


class TestARelayThatIsDown:
    def test_nothing_is_tried_and_no_attempt_is_spent(self, make_session: Sessions) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            down = Relay(port=closed.getsockname()[1])
        for key in ("a", "b", "c"):
            write(make_session, key, NOW)
        for minutes in range(0, 60, 5):
            made = run(make_session, way_to(down), NOW + timedelta(minutes=minutes), batch=2)
            # the third is not even claimed
            assert (made.sent, made.retry, made.failed) == (0, 2, 0)
            assert "cannot be used" in str(made.trouble)
        for mail in mails(make_session).values():
            assert (mail.attempts, mail.content, mail.not_before) == (0, None, NOW)
        assert "cannot be used" in str(mails(make_session)["b"].last_error)

    def test_everything_leaves_once_it_is_up(self, make_session: Sessions) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            relay = Relay(port=closed.getsockname()[1])
        for key in ("a", "b", "c"):
            write(make_session, key, NOW)
        run(make_session, way_to(relay))
        with running_relay(relay):
            assert run(make_session, way_to(relay), LATER) == report(sent=3)
        assert mails(make_session)["a"].last_error is None

    def test_bytes_in_doubt_outlast_it(self, make_session: Sessions) -> None:
        write(make_session, "k", NOW)
        relay = Relay(answer=first_then(KEEP_AND_DROP))
        with running_relay(relay):
            run(make_session, way_to(relay))
        assert run(make_session, way_to(relay), LATER).retry == 1
        with running_relay(relay):
            assert run(make_session, way_to(relay), MUCH_LATER) == report(sent=1)
        assert len({received.content for received in relay.received}) == 1
        assert len(relay.received) == 2


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
