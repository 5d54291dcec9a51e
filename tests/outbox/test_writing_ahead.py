"""While a relay takes its time over one mail the next is written, and nothing is worse for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.outbox import postman, registry
from app.outbox.answers import Answer, Outgoing, Unreachable
from app.outbox.jobs import DeliveryReport, deliver_due, new_holder
from app.outbox.kinds import MailState
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.outbox.schedule import LEASE
from app.outbox.services import Claim
from app.outbox.smtp import SmtpTransport
from config import Smtp
from tests.outbox.delivering import NOW, report, run, way_to
from tests.outbox.posting import FAULTY, NOTE, SENDER, UNTRUE, mails, note, states, write
from tests.outbox.processes import message_id, workers
from tests.outbox.test_processes import deliver_all
from tests.outbox.worker import AFTER_A_COMMIT, BEFORE_A_COMMIT, BEGINNING, WHILE_RENEWING
from tests.parts.relay import Relay
from tests.parts.waiting import wait_until

Sessions = sessionmaker[Session]
PATIENCE = 60


class Slow(SmtpTransport):
    """The real way to the relay, which takes the first mail only once `until` is set."""

    def __init__(self, relay: Relay, until: Event) -> None:
        super().__init__(Smtp(relay.host, relay.port), SENDER)
        self._until = until
        self.first: Callable[[], Answer | None] = lambda: None

    def send(self, mail: Outgoing, seconds: float) -> Answer:
        if not self._until.wait(PATIENCE):
            raise TimeoutError("nothing was written meanwhile")
        first, self.first = self.first, lambda: None
        return first() or super().send(mail, seconds)


@pytest.fixture
def written() -> Event:
    """Set when the mail « b » has been written."""
    return Event()


@pytest.fixture
def two(make_session: Sessions) -> Sessions:
    """A database with « a » and « b » for two readers."""
    for key in "ab":
        write_to(make_session, key)
    return make_session


@pytest.fixture
def slow(two: Sessions, relay: Relay, written: Event) -> Slow:
    """A way to the relay that is slow over « a », until « b » is committed or ended."""

    def is_there(session: Session) -> None:
        if session.info.pop("has b", False):
            written.set()

    def renew(session: Session, mail: Mail, now: datetime) -> Letter | Skip:
        session.info["has b"] = mail.key == "b"
        return note(session, mail, now)

    registry.register(registry.MailKind(NOTE, renew))
    event.listen(two, "after_commit", is_there)
    event.listen(two, "after_rollback", is_there)
    return Slow(relay, written)


def write_to(make_session: Sessions, key: str, kind: str = NOTE) -> None:
    write(make_session, key, NOW, to=f"{key}@example.org", kind=kind)


def test_the_next_mail_is_written_while_the_relay_takes_one(
    two: Sessions, slow: Slow, relay: Relay
) -> None:
    assert run(two, slow) == report(sent=2)
    assert [mail.rcpt_to[0] for mail in relay.received] == ["a@example.org", "b@example.org"]
    assert {mail.attempts for mail in mails(two).values()} == {1}


def test_beside_a_relay_that_answers_at_once_each_mail_is_marked_before_the_next_is_written(
    make_session: Sessions, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postman, "HEAD_START_SECONDS", PATIENCE)
    seen: list[dict[str, str]] = []

    def renew(session: Session, mail: Mail, now: datetime) -> Letter | Skip:
        rows = session.execute(text("SELECT key, state FROM mail")).all()
        seen.append({row.key: row.state for row in rows})
        return note(session, mail, now)

    registry.register(registry.MailKind(NOTE, renew))
    for key in "abc":
        write_to(make_session, key)
    assert run(make_session, way_to(relay)) == report(sent=3)
    assert [[one[key] for key in "abc"] for one in seen] == [
        ["sending", "sending", "sending"],
        ["sent", "sending", "sending"],
        ["sent", "sent", "sending"],
    ]


@pytest.mark.parametrize("kind", [UNTRUE, FAULTY])
def test_what_becomes_of_the_next_changes_nothing_for_the_one_at_the_relay(
    make_session: Sessions, relay: Relay, kind: str
) -> None:
    write_to(make_session, "a")
    write(make_session, "b", NOW, to="b@example.org", kind=kind, refs={"reason": "step_done"})
    write_to(make_session, "c")
    ended = Event()

    def is_ended(_session: Session) -> None:
        if not ended.is_set() and states(make_session)["b"] in ("skipped", "failed"):
            ended.set()

    event.listen(make_session, "after_commit", is_ended)
    made = run(make_session, Slow(relay, ended))
    assert (made.sent, made.skipped + made.failed) == (2, 1)
    assert states(make_session) == {"a": "sent", "b": states(make_session)["b"], "c": "sent"}
    assert len(relay.received) == 2


def test_a_database_that_goes_while_the_next_is_written_still_takes_the_mark(
    two: Sessions, slow: Slow, relay: Relay, written: Event
) -> None:
    """The next one cannot even be put back: the run ends, and tells why."""

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        """Each statement about « b », until « a » is at the relay."""
        if len(started) > 1 and statement.startswith("SELECT") and not written.is_set():
            started.append("failed")
            if started.count("failed") == 2:
                written.set()
            raise OperationalError(statement, {}, Exception("gone for a moment"))

    started: list[str] = []
    event.listen(two.kw["bind"], "before_cursor_execute", fail)
    event.listen(two, "after_commit", lambda _session: started.append("commit"))
    with pytest.raises(OperationalError, match="gone for a moment"):
        run(two, slow)
    assert states(two) == {"a": "sent", "b": "sending"}
    assert run(two, way_to(relay), NOW + LEASE) == report(sent=1)
    assert len(relay.received) == 2


class TestGivingBack:
    """What was written ahead and does not leave is as if it had not been written."""

    def is_as_before(self, make_session: Sessions) -> None:
        mail = mails(make_session)["b"]
        assert (mail.state, mail.attempts, mail.content) == (MailState.WAITING, 0, None)
        assert (mail.lease_holder, mail.leased_until) == (None, None)

    def test_when_the_run_is_told_to_stop(self, two: Sessions, slow: Slow, relay: Relay) -> None:
        stopping = Event()
        relay.keep = lambda _mail: stopping.set()
        assert run(two, slow, stopping=stopping) == report(sent=1)
        self.is_as_before(two)
        assert mails(two)["b"].last_error is None

    def test_when_the_relay_cannot_be_reached(self, two: Sessions, slow: Slow) -> None:
        slow.first = lambda: Unreachable("the relay is closed")
        assert run(two, slow) == report(retry=2, trouble="the relay is closed")
        self.is_as_before(two)
        assert mails(two)["b"].last_error == "the relay is closed"

    def test_when_its_lease_would_end_before_its_conversation(
        self, two: Sessions, slow: Slow, relay: Relay
    ) -> None:
        clock = [NOW]

        def pass_by(_mail: object) -> None:
            relay.keep = None
            clock[0] = NOW + LEASE - timedelta(seconds=1)

        relay.keep = pass_by
        made = deliver(two, slow, lambda: clock[0])
        # given back in time, taken again and written anew
        assert made == report(sent=2)
        assert mails(two)["b"].subject.endswith(f"({clock[0]:%H:%M})")
        assert mails(two)["b"].attempts == 1


def deliver(
    make_session: Sessions, transport: SmtpTransport, now: Callable[[], datetime]
) -> DeliveryReport:
    return deliver_due(make_session, transport, sender=SENDER, holder=new_holder(), now=now)


CLAIM = Claim(1, "A", NOW, None, "a@example.org", 0)
claims = st.builds(
    Claim,
    st.integers(1, 9),
    st.just("A"),
    st.just(NOW),
    st.one_of(st.none(), st.integers(1, 3)),
    st.sampled_from(["a@example.org", "b@example.org", "c@example.org"]),
    st.integers(0, 2),
)


@given(claims, claims)
def test_two_mails_go_together_only_to_two_readers_at_their_first_attempts(
    one: Claim, other: Claim
) -> None:
    together = one.may_be_written_during(other)
    assert together == other.may_be_written_during(one)
    alike = replace(other, to=one.to)
    assert not one.may_be_written_during(alike)
    assert not replace(one, recipient_id=2).may_be_written_during(replace(other, recipient_id=2))
    assert not replace(one, attempts=1).may_be_written_during(other)
    if one.to != other.to and one.recipient_id is None and one.attempts == other.attempts == 0:
        assert together


@pytest.fixture
def gate(relay: Relay) -> Event:
    """The relay has the first mail in hand, and says nothing before this is set."""
    opened = Event()

    def hold(_mail: object) -> None:
        relay.keep = None
        if not opened.wait(PATIENCE):
            raise TimeoutError

    relay.keep = hold
    return opened


# « a » is at the relay, which has said nothing; of « b »: (the place, which time there)
# the commits before are the claim and the bytes of « a »
AHEAD = [(WHILE_RENEWING, 2), (BEFORE_A_COMMIT, 3), (AFTER_A_COMMIT, 3)]


@pytest.mark.parametrize(("place", "nth"), AHEAD)
def test_a_worker_killed_while_it_writes_ahead_repeats_only_what_the_relay_had_in_hand(
    empty_database_url: str, two: Sessions, relay: Relay, gate: Event, place: str, nth: int
) -> None:
    write_to(two, "c")
    killed_at(empty_database_url, relay, BEGINNING, place, nth, in_hand=1)
    gate.set()
    wait_until(lambda: len(relay.received) == 1, "the relay to take what it had in hand")
    deliver_all(two, relay, BEGINNING + LEASE)
    assert copies(two, relay) == {"a": 2, "b": 1, "c": 1}
    # the repeat is the same mail to the byte
    assert len({mail.content for mail in relay.received}) == 3


def test_a_mail_whose_writing_kills_its_worker_each_time_takes_no_other_along_twice(
    empty_database_url: str, two: Sessions, relay: Relay, gate: Event
) -> None:
    write_to(two, "c")
    now = BEGINNING
    killed_at(empty_database_url, relay, now, WHILE_RENEWING, 2, in_hand=1)
    gate.set()
    wait_until(lambda: len(relay.received) == 1, "the relay to take what it had in hand")
    for nth in (2, 1, 1):
        # « a » leaves first, and then « b » is alone
        now += LEASE
        killed_at(empty_database_url, relay, now, WHILE_RENEWING, nth)
    assert Counter(states(two).values())["sent"] == 1
    # the first death is not seen: this worker's clock stands still, and its leases are alike
    assert mails(two)["b"].attempts == 2
    deliver_all(two, relay, now + LEASE)
    assert copies(two, relay) == {"a": 2, "b": 1, "c": 1}


def killed_at(
    url: str, relay: Relay, now: datetime, place: str, nth: int, *, in_hand: int = 0
) -> None:
    """A worker that delivers, halts there, and is killed once the relay has so many in hand."""
    options = ("--halt", place, "--at", str(nth), "--head-start", "0")
    with workers(1, url, relay.url, *options) as (worker,):
        worker.tell(f"deliver {now.isoformat()}")
        assert worker.answer() == "halted"
        wait_until(lambda: relay.attempts >= in_hand, "the relay to have the mail in hand")


def copies(make_session: Sessions, relay: Relay) -> dict[str, int]:
    arrived = Counter(message_id(mail) for mail in relay.received)
    return {key: arrived[mail.public_id] for key, mail in mails(make_session).items()}
