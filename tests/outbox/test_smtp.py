"""The way to a relay, by real relays that behave and misbehave."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.outbox.answers import Accepted, Later, Outgoing, Refused, Unreachable
from app.outbox.smtp import SmtpTransport
from config import Smtp
from tests.outbox.delivering import hanging_past_the_deadline
from tests.parts.ports import deaf_port
from tests.parts.relay import DROP, KEEP_AND_DROP, Relay, running_relay

SENDER = "maillage@val.example"
TO = "lucie@fournil.example"
CONTENT = b"Subject: a\r\n\r\n.\r\n..two\r\nlast\r\n"


def mail(to: str = TO) -> Outgoing:
    return Outgoing("abc234", to, CONTENT)


def smtp_of(relay: Relay, tls: str = "starttls-if-offered") -> Smtp:
    user, password = relay.credentials or (None, None)
    return Smtp(relay.host, relay.port, user, password, tls)


@contextlib.contextmanager
def way_to(relay: Relay, tls: str = "starttls-if-offered") -> Iterator[SmtpTransport]:
    transport = SmtpTransport(smtp_of(relay, tls), SENDER)
    with contextlib.closing(transport):
        yield transport


@dataclass
class CountingRelay(Relay):
    """Remembers from which connection each mail came; closes each after `most` mails."""

    most: int = 1000
    connections: list[int] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: object
    ) -> str:
        assert session.peer is not None
        connection = int(session.peer[1])
        if self.connections.count(connection) >= self.most:
            return "421 4.7.0 Too many mails in one connection"
        self.connections.append(connection)
        return await super().handle_MAIL(server, session, envelope, address, options)


def test_a_mail_arrives_byte_for_byte_under_its_envelope(relay: Relay) -> None:
    with way_to(relay) as transport:
        assert transport.send(mail(), 10) == Accepted()
    (received,) = relay.received
    assert (received.mail_from, received.rcpt_to, received.content) == (SENDER, (TO,), CONTENT)


def test_many_mails_share_one_connection_even_after_a_no() -> None:
    relay = CountingRelay(refused=["x@y.example"])
    relay.answer = lambda _envelope, nth: "451 Later" if nth == 2 else None
    with running_relay(relay), way_to(relay) as transport:
        answers = [transport.send(mail(to), 10) for to in (TO, TO, "x@y.example", TO)]
    assert answers == [
        Accepted(),
        Later("451 Later"),
        Refused("550 5.1.1 No such mailbox", "5.1.1"),
        Accepted(),
    ]
    assert len(relay.connections) == 4
    assert len(set(relay.connections)) == 1


def test_a_refusal_of_the_whole_mail_is_final() -> None:
    with running_relay(answer=lambda _e, _n: "554 Spam") as relay, way_to(relay) as transport:
        assert transport.send(mail(), 10) == Refused("554 Spam")


@pytest.mark.parametrize("answer", [DROP, KEEP_AND_DROP])
def test_a_connection_cut_after_the_mail_leaves_a_doubt(answer: str) -> None:
    with running_relay(answer=lambda _e, _n: answer) as relay, way_to(relay) as transport:
        assert transport.send(mail(), 10) == Later("the relay ended the connection", in_doubt=True)


def test_the_mail_after_a_cut_connection_leaves_on_a_new_one() -> None:
    with (
        running_relay(answer=lambda _e, nth: DROP if nth == 1 else None) as relay,
        way_to(relay) as transport,
    ):
        assert isinstance(transport.send(mail(), 10), Later)
        assert transport.send(mail(), 10) == Accepted()


def test_a_relay_that_hangs_is_left_at_the_deadline() -> None:
    relay = Relay()
    with running_relay(relay), way_to(relay) as transport:
        relay.answer = hanging_past_the_deadline(transport)
        assert transport.send(mail(), 3600) == Later("the relay does not answer", in_doubt=True)


@contextlib.contextmanager
def dripping_server(first: bytes) -> Iterator[Relay]:
    """Says `first`, then a byte now and then, never ends its line, and hangs up in the end."""
    leaving = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(first)
            for _drop in range(1200):
                if leaving.wait(0.05):
                    return
                connection.sendall(b"2")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=[listening], daemon=True)
        thread.start()
        yield Relay(port=listening.getsockname()[1])
        leaving.set()
        thread.join(5)


@contextlib.contextmanager
def scripted_server(replies: list[bytes]) -> Iterator[Relay]:
    """Says one reply after the other, whatever it hears, and hangs up after the last."""

    def recite(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            for position, reply in enumerate(replies):
                connection.sendall(reply)
                heard = b""
                # the mail itself ends with a line of its own; all else is one line
                ending = b"\r\n.\r\n" if reply.startswith(b"354") else b"\r\n"
                while position < len(replies) - 1 and not heard.endswith(ending):
                    heard += connection.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=recite, args=[listening], daemon=True)
        thread.start()
        yield Relay(port=listening.getsockname()[1])
        thread.join(5)


@pytest.mark.parametrize("first", [b"", b"220 hello\r\n"])
def test_a_relay_that_drips_is_left_at_the_deadline(first: bytes) -> None:
    # each byte comes well within the socket's own timeout
    with dripping_server(first) as relay, way_to(relay) as transport:
        answer = transport.send(mail(), 0.5)
    assert answer == Unreachable(f"the relay 127.0.0.1:{relay.port} does not answer")


def test_a_yes_cut_in_the_middle_is_no_yes() -> None:
    # "25", then nothing: read as it stands it would be a reply of its own
    replies = [b"220 hello\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"25"]
    with scripted_server(replies) as relay, way_to(relay, "none") as transport:
        answer = transport.send(mail(), 10)
    assert answer == Later("the relay ended the connection", in_doubt=True)


def test_a_relay_that_nobody_runs_is_out_of_reach() -> None:
    with deaf_port() as port, way_to(Relay(port=port)) as transport:
        answer = transport.send(mail(), 10)
    assert isinstance(answer, Unreachable)
    assert answer.text.startswith(f"the relay 127.0.0.1:{port} cannot be used: ")
    assert "refused" in answer.text


def test_a_relay_restarted_between_two_mails_gets_both() -> None:
    first = Relay()
    with contextlib.ExitStack() as stack:
        with running_relay(first):
            transport = stack.enter_context(way_to(first))
            assert transport.send(mail(), 10) == Accepted()
        second = Relay(port=first.port)
        stack.enter_context(running_relay(second))
        assert transport.send(mail(), 10) == Accepted()
    assert (len(first.received), len(second.received)) == (1, 1)


def test_a_relay_that_takes_few_mails_in_one_connection_gets_all() -> None:
    with running_relay(CountingRelay(most=2)) as relay, way_to(relay) as transport:
        assert [transport.send(mail(), 10) for _ in range(5)] == [Accepted()] * 5
    assert isinstance(relay, CountingRelay)
    assert len(set(relay.connections)) == 3


class TestBeingLetIn:
    def test_starttls_is_taken_when_offered_and_the_password_follows(self) -> None:
        demanding = Relay(tls="starttls", credentials=("maillage", "secret"))
        with running_relay(demanding), way_to(demanding) as transport:
            assert transport.send(mail(), 10) == Accepted()
        assert len(demanding.received) == 1

    def test_tls_from_the_first_byte(self) -> None:
        encrypted = Relay(tls="tls", host="127.0.0.1")
        with running_relay(encrypted), way_to(encrypted, "tls") as transport:
            assert transport.send(mail(), 10) == Accepted()

    @pytest.mark.parametrize("tls", ["starttls", "tls"])
    def test_a_certificate_that_proves_nothing_is_refused_beyond_this_machine(
        self, tls: str
    ) -> None:
        # 127.0.0.2 is not one of the names that are trusted for being local
        stranger = Relay(tls=tls, host="127.0.0.2")
        with running_relay(stranger), way_to(stranger, tls) as transport:
            answer = transport.send(mail(), 10)
        assert isinstance(answer, Unreachable)
        assert "CERTIFICATE_VERIFY_FAILED" in answer.text
        assert stranger.received == []

    def test_starttls_that_is_demanded_and_not_offered_stops_everything(self, relay: Relay) -> None:
        with way_to(relay, "starttls") as transport:
            answer = transport.send(mail(), 10)
        assert isinstance(answer, Unreachable)
        assert "offers no STARTTLS" in answer.text
        assert relay.received == []

    def test_a_password_does_not_travel_in_clear(self) -> None:
        remote = Relay(host="127.0.0.2", credentials=("maillage", "secret"))
        with running_relay(remote), way_to(remote) as transport:
            answer = transport.send(mail(), 10)
        assert isinstance(answer, Unreachable)
        assert "password does not travel in clear" in answer.text

    def test_unless_the_settings_say_so(self) -> None:
        remote = Relay(host="127.0.0.2", credentials=("maillage", "secret"))
        with running_relay(remote), way_to(remote, "none") as transport:
            assert transport.send(mail(), 10) == Accepted()

    def test_a_wrong_password_is_not_the_mails_fault(self) -> None:
        demanding = Relay(credentials=("maillage", "secret"))
        with running_relay(demanding):
            smtp = Smtp(demanding.host, demanding.port, "maillage", "wrong")
            transport = SmtpTransport(smtp, SENDER)
            answer = transport.send(mail(), 10)
            transport.close()
        assert isinstance(answer, Unreachable)
        assert "535" in answer.text

    def test_a_password_that_nobody_gave_is_not_the_mails_fault(self) -> None:
        demanding = Relay(credentials=("maillage", "secret"))
        with running_relay(demanding):
            transport = SmtpTransport(Smtp(demanding.host, demanding.port), SENDER)
            answer = transport.send(mail(), 10)
            transport.close()
        assert isinstance(answer, Unreachable)
        assert "530" in answer.text
