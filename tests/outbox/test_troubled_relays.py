"""Delivery to relays that say no, that are not there, and whose answer is lost."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.outbox.jobs import deliver_due
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.outbox.schedule import MAX_ATTEMPTS, wait_after
from tests.outbox.delivering import (
    LATER,
    MUCH_LATER,
    NOW,
    hanging_past_the_deadline,
    report,
    run,
    way_to,
)
from tests.outbox.posting import SENDER, UNTRUE, mails, states, write
from tests.parts.relay import DROP, KEEP_AND_DROP, Answer, Relay, accept, running_relay

Sessions = sessionmaker[Session]


def first_then(first: str, then: str | None = None) -> Answer:
    return lambda _envelope, nth: first if nth == 1 else then


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
        assert mails(make_session)["k"].last_error == "given up after 10 attempts: 451 Later"

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
        relay = Relay()
        with running_relay(relay):
            transport = way_to(relay)
            relay.answer = hanging_past_the_deadline(transport)
            assert run(make_session, transport) == report(retry=1)
            relay.answer = accept
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
