"""Commands that follow each other at once (RFC 2920), where the relay lets them."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from app.outbox.answers import Accepted, Later, Outgoing, Refused, Unreachable
from app.outbox.smtp import SmtpTransport
from config import Smtp
from tests.parts.relay import DROP, Relay, running_relay

SENDER = "maillage@val.example"
TO, NOBODY = "lucie@fournil.example", "x@fournil.example"
CONTENT = b".Subject: a\r\n\r\n.\r\n..two\r\nlast\r\n"
AT_ONCE = b"mail FROM:<maillage@val.example>\r\nrcpt TO:<lucie@fournil.example>\r\ndata\r\n"
OFFERING = b"250-hi\r\n250 PIPELINING\r\n"


def mail(to: str = TO, content: bytes = CONTENT) -> Outgoing:
    return Outgoing("abc234", to, content)


@contextlib.contextmanager
def way_to(port: int) -> Iterator[SmtpTransport]:
    with contextlib.closing(SmtpTransport(Smtp("127.0.0.1", port), SENDER)) as transport:
        yield transport


@dataclass
class Script:
    """A server that hears so much before it says its next reply; then it hangs up."""

    turns: Sequence[tuple[bytes, bytes]]
    heard: list[bytes] = field(default_factory=list)

    def recite(self, listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"220 hello\r\n")
            for ending, reply in self.turns:
                said = b""
                while not said.endswith(ending):
                    more = connection.recv(4096)
                    if not more:
                        return
                    said += more
                self.heard.append(said)
                connection.sendall(reply)


@contextlib.contextmanager
def scripted(*turns: tuple[bytes, bytes]) -> Iterator[tuple[Script, int]]:
    script = Script(turns)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=script.recite, args=[listening], daemon=True)
        thread.start()
        yield script, listening.getsockname()[1]
        thread.join(5)


def test_a_mail_waits_for_the_relay_twice() -> None:
    with (
        scripted(
            (b"\r\n", OFFERING),
            # nothing is answered before the last command has been heard
            (b"data\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n"),
            (b"\r\n.\r\n", b"250 taken\r\n"),
        ) as (script, port),
        way_to(port) as transport,
    ):
        assert transport.send(mail(), 10) == Accepted()
    assert script.heard[1] == AT_ONCE
    assert script.heard[2] == b"..Subject: a\r\n\r\n..\r\n...two\r\nlast\r\n.\r\n"


def test_a_relay_that_does_not_offer_it_hears_one_command_at_a_time() -> None:
    with (
        scripted(
            (b"\r\n", b"250 hi\r\n"),
            (b"mail FROM:<maillage@val.example>\r\n", b"250 ok\r\n"),
            (b"rcpt TO:<lucie@fournil.example>\r\n", b"250 ok\r\n"),
            (b"data\r\n", b"354 go\r\n"),
            (b"\r\n.\r\n", b"250 taken\r\n"),
        ) as (script, port),
        way_to(port) as transport,
    ):
        assert transport.send(mail(), 10) == Accepted()
    assert b"".join(script.heard[1:4]) == AT_ONCE


def test_a_go_ahead_without_a_recipient_is_answered_with_an_empty_mail() -> None:
    with (
        scripted(
            (b"\r\n", OFFERING),
            (b"data\r\n", b"250 ok\r\n550 5.1.1 Nobody\r\n354 go\r\n"),
            (b".\r\n", b"554 5.5.1 no valid recipients\r\n"),
            (b"rset\r\n", b"250 ok\r\n"),
            (b"data\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n"),
            (b"\r\n.\r\n", b"250 taken\r\n"),
        ) as (script, port),
        way_to(port) as transport,
    ):
        assert transport.send(mail(), 10) == Refused("550 5.1.1 Nobody", "5.1.1")
        assert transport.send(mail(), 10) == Accepted()
    assert script.heard[2] == b".\r\n"


@pytest.mark.parametrize(
    ("replies", "answer"),
    [
        (b"451 wait\r\n503 no\r\n503 no\r\n", Later("451 wait")),
        (b"250 ok\r\n451 4.7.1 Greylisted\r\n503 no\r\n", Later("451 4.7.1 Greylisted")),
        (b"250 ok\r\n550 5.7.1 Policy\r\n503 no\r\n", Refused("550 5.7.1 Policy")),
        (b"250 ok\r\n250 ok\r\n451 wait\r\n", Later("451 wait")),
        (b"250 ok\r\n250 ok\r\n554 no\r\n", Refused("554 no")),
    ],
)
def test_after_a_no_the_next_mail_follows_on_the_same_connection(
    replies: bytes, answer: object
) -> None:
    with (
        scripted(
            (b"\r\n", OFFERING),
            (b"data\r\n", replies),
            (b"rset\r\n", b"250 ok\r\n"),
            (b"data\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n"),
            (b"\r\n.\r\n", b"250 taken\r\n"),
        ) as (_script, port),
        way_to(port) as transport,
    ):
        assert transport.send(mail(), 10) == answer
        assert transport.send(mail(), 10) == Accepted()


def test_a_no_to_the_sender_is_not_the_mails_fault() -> None:
    with (
        scripted(
            (b"\r\n", OFFERING),
            (b"data\r\n", b"550 5.1.8 Sender\r\n503 no\r\n503 no\r\n"),
        ) as (_script, port),
        way_to(port) as transport,
    ):
        assert isinstance(transport.send(mail(), 10), Unreachable)


def test_a_connection_that_ends_before_the_go_ahead_leaves_no_doubt() -> None:
    with (
        scripted((b"\r\n", OFFERING), (b"data\r\n", b"250 ok\r\n")) as (_script, port),
        way_to(port) as transport,
    ):
        assert transport.send(mail(), 10) == Later("the relay ended the connection")


def test_real_mails_arrive_byte_for_byte_whatever_becomes_of_the_others() -> None:
    relay = Relay(pipelining=True, refused=[NOBODY])
    relay.answer = lambda _envelope, nth: {2: "451 Later", 3: DROP}.get(nth)
    contents = [b"Subject: %d\r\n\r\n.\r\n" % number for number in range(6)]
    with running_relay(relay), way_to(relay.port) as transport:
        answers = [
            transport.send(mail(NOBODY if number == 4 else TO, content), 10)
            for number, content in enumerate(contents)
        ]
    assert answers == [
        Accepted(),
        Later("451 Later"),
        Later("the relay ended the connection", in_doubt=True),
        Accepted(),
        Refused("550 5.1.1 No such mailbox", "5.1.1"),
        Accepted(),
    ]
    assert [received.content for received in relay.received] == [
        contents[0],
        contents[3],
        contents[5],
    ]
