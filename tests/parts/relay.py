"""A real SMTP relay on a loopback port that keeps what it receives and answers as told.

In a test: `with running_relay(answer=every_second_451) as relay`. For tests of several processes:
`python -m tests.parts.relay --port 0 --answer 451-every-second --store DIR` prints its port.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.parts.waiting import PATIENCE

PROJECT = Path(__file__).resolve().parents[2]
# Made for the tests alone, for 127.0.0.1 and localhost: it opens nothing, so its key is here too.
CERTIFICATE = Path(__file__).with_name("relay_certificate.pem")
ACCEPTED = "250 OK"
# What an answer may be besides a reply of SMTP. KEEP_AND_DROP is the relay whose yes is lost.
HANG = "hang"
DROP = "drop"
KEEP_AND_DROP = "keep-and-drop"
RESET = "reset"
CUT = (DROP, KEEP_AND_DROP, RESET)

Answer = Callable[[Envelope, int], str | None]


@dataclass(frozen=True)
class Received:
    """One mail that the relay took: the envelope, and the bytes exactly as they came."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes


def accept(_envelope: Envelope, _nth: int) -> str | None:
    """Take every mail."""
    return None


def every_second_451(_envelope: Envelope, nth: int) -> str | None:
    """Put off the 2nd, 4th, 6th… mail, whoever sends it."""
    return "451 4.3.0 Try again later" if nth % 2 == 0 else None


ANSWERS: dict[str, Answer] = {
    "accept": accept,
    "451-every-second": every_second_451,
    "450-every-second": lambda _envelope, nth: "450 4.2.1 Busy" if nth % 2 == 0 else None,
    "421-every-second": lambda _envelope, nth: "421 4.3.2 Closing" if nth % 2 == 0 else None,
    "550-every-second": lambda _envelope, nth: "550 5.7.1 Refused" if nth % 2 == 0 else None,
    "drop-every-second": lambda _envelope, nth: DROP if nth % 2 == 0 else None,
    "keep-and-drop-every-second": lambda _envelope, nth: KEEP_AND_DROP if nth % 2 == 0 else None,
    "reset-every-second": lambda _envelope, nth: RESET if nth % 2 == 0 else None,
    "hang-every-fifth": lambda _envelope, nth: HANG if nth % 5 == 0 else None,
    "hang": lambda _envelope, _nth: HANG,
}


@dataclass
class Relay:
    """A relay's manners, and what it has received so far, in order.

    `answer(envelope, nth)` is asked after each DATA, nth counting from 1: None takes the mail,
    a reply such as "451 later" refuses it, HANG, DROP and RESET never answer, KEEP_AND_DROP takes
    the mail and never says so. `refused` addresses get the `refusal` at once. With `pipelining`
    commands may follow each other at once. `tls` is none, starttls or tls.
    """

    answer: Answer = accept
    refused: Collection[str] = ()
    refusal: str = "550 5.1.1 No such mailbox"
    pipelining: bool = False
    tls: str = "none"
    credentials: tuple[str, str] | None = None
    keep: Callable[[Received], None] | None = None
    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    attempts: int = 0

    @property
    def url(self) -> str:
        """The relay's address as MAILLAGE_SMTP_URL wants it."""
        scheme = "smtps" if self.tls == "tls" else "smtp"
        login = ":".join(self.credentials) + "@" if self.credentials else ""
        return f"{scheme}://{login}{self.host}:{self.port}"

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, replies: list[str]
    ) -> list[str]:
        """Called by aiosmtpd when a client greets. It reads line by line, so both manners work."""
        session.host_name = name
        return [replies[0], "250-PIPELINING", *replies[1:]] if self.pipelining else replies

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Called by aiosmtpd when a mail begins."""
        if self.credentials is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return ACCEPTED

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Called by aiosmtpd for each recipient."""
        if address in self.refused:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return ACCEPTED

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each mail that has arrived whole."""
        self.attempts += 1
        reply = self.answer(envelope, self.attempts)
        if reply in (None, KEEP_AND_DROP):
            self._take(envelope)
        if reply in CUT and isinstance(server.transport, asyncio.WriteTransport):
            if reply == RESET:
                # closed at once, with no goodbye: the other side reads an error, not an end
                now = struct.pack("ii", 1, 0)
                connection = server.transport.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            server.transport.abort()
        if reply in (HANG, *CUT):
            await asyncio.Event().wait()
        return reply or ACCEPTED

    def log_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Called by aiosmtpd when a client names itself."""
        given = (data.login, data.password) if isinstance(data, LoginPassword) else None
        wanted = self.credentials and tuple(part.encode() for part in self.credentials)
        return AuthResult(success=bool(wanted) and given == wanted, handled=False)

    def _take(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        mail = Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        if self.keep is not None:
            self.keep(mail)
        self.received.append(mail)


@contextlib.contextmanager
def running_relay(relay: Relay | None = None, *, answer: Answer = accept) -> Iterator[Relay]:
    """Run `relay` (or a new one that answers with `answer`) in a thread until the block ends."""
    relay = relay or Relay(answer=answer)
    service = _Service(relay)
    service.start()
    try:
        yield relay
    finally:
        service.stop()


class _Connection(SMTP):
    """One client's connection, remembered while it lasts so that stopping can cut it.

    STARTTLS makes a second connection over the first; cutting the first ends both.
    """

    open_transports: set[asyncio.BaseTransport]
    _first: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._first = self._first or transport
        self.open_transports.add(self._first)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._first is not None:
            self.open_transports.discard(self._first)
        super().connection_lost(error)


class _Service:
    """The thread in which a relay's event loop turns."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._transports: set[asyncio.BaseTransport] = set()
        self._socket = socket.create_server((relay.host, relay.port))
        relay.port = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._turn, name="relay", daemon=True)

    def start(self) -> None:
        # The socket listens from its creation on: a client that is quicker than the loop waits.
        self._thread.start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=PATIENCE)
        if self._thread.is_alive():
            raise RuntimeError("the relay does not stop")

    def _turn(self) -> None:
        tls = _tls_context() if self._relay.tls != "none" else None
        implicit = tls if self._relay.tls == "tls" else None
        starttls = tls if self._relay.tls == "starttls" else None
        server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: self._connect(starttls), sock=self._socket, ssl=implicit
            )
        )
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._cut_connections())
        self._loop.close()

    def _connect(self, starttls: ssl.SSLContext | None) -> _Connection:
        connection = _Connection(
            self._relay,
            hostname="relay.example.org",
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_require_tls=False,
            authenticator=self._relay.log_in,
            loop=self._loop,
        )
        connection.open_transports = self._transports
        return connection

    async def _cut_connections(self) -> None:
        # Debian 12's Python 3.11.2 cannot abort a TLS transport that is closing already.
        for transport in self._transports:
            if isinstance(transport, asyncio.WriteTransport) and not transport.is_closing():
                transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def stored(folder: Path) -> list[Received]:
    """What a relay in a process of its own has written to its store, in order."""
    return [_read(path) for path in sorted(folder.glob("*.eml"))]


@contextlib.contextmanager
def running_relay_process(store: Path, answer: str = "accept", port: int = 0) -> Iterator[str]:
    """Run a relay in a process of its own, answering by one of ANSWERS; gives its address."""
    options = ["--port", str(port), "--answer", answer, "--store", str(store)]
    # The relay ends with the tests, even when they are killed.
    tied = ["setpriv", "--pdeathsig", "TERM", "--"]
    process = subprocess.Popen(
        [*tied, sys.executable, "-m", "tests.parts.relay", *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    try:
        with process.stdout or contextlib.nullcontext() as output:
            chosen = output.readline().strip() if output else ""
            if not chosen:
                raise RuntimeError("the relay did not start")
            yield f"smtp://127.0.0.1:{chosen}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _write(folder: Path, nth: int, mail: Received) -> None:
    """The content last and by a rename, so that an .eml that is seen is whole."""
    name = f"{nth:06d}"
    envelope = {"mail_from": mail.mail_from, "rcpt_to": mail.rcpt_to}
    (folder / f"{name}.json").write_text(json.dumps(envelope), encoding="utf-8")
    unfinished = folder / f"{name}.part"
    unfinished.write_bytes(mail.content)
    unfinished.rename(folder / f"{name}.eml")


def _read(path: Path) -> Received:
    envelope = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return Received(envelope["mail_from"], tuple(envelope["rcpt_to"]), path.read_bytes())


def main(arguments: list[str] | None = None) -> None:
    """Run a relay until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="An SMTP relay for tests.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--answer", choices=sorted(ANSWERS), default="accept")
    parser.add_argument("--store", type=Path, required=True, help="folder for accepted mails")
    options = parser.parse_args(arguments)
    options.store.mkdir(parents=True, exist_ok=True)
    begun = len(stored(options.store))
    relay = Relay(answer=ANSWERS[options.answer], port=options.port)
    relay.keep = lambda mail: _write(options.store, begun + len(relay.received) + 1, mail)
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    with running_relay(relay):
        print(relay.port, flush=True)
        signal.sigwait(ending)


def _tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


if __name__ == "__main__":
    main()
