"""A real IMAP mailbox on a loopback port: as much of RFC 3501 as a reader of unread mail says.

`with running_mailbox([raw, …]) as mailbox`: what was marked as read stands in `seen`. Set
`drops_at` to a command (« STORE ») to see the conversation end in the middle of it, once.
"""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from config import Imap


@dataclass
class Mailbox:
    """The messages by their number from 1, and what has become of them."""

    messages: list[bytes]
    seen: set[int] = field(default_factory=set)
    password: str = "secret"
    drops_at: str | None = None
    port: int = 0

    @property
    def settings(self) -> Imap:
        return Imap("127.0.0.1", self.port, "maillage", "secret", "none")

    @property
    def url(self) -> str:
        """The mailbox as MAILLAGE_INBOX_URL wants it."""
        return f"imap://maillage:secret@127.0.0.1:{self.port}/INBOX"

    def answer(self, command: str, rest: str) -> tuple[list[bytes], str]:
        """Lines before the last one, and what the last one says."""
        if command == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1"], "OK done"
        if command == "LOGIN":
            return [], "OK done" if f'"{self.password}"' in rest else "NO wrong password"
        if command in ("SELECT", "EXAMINE"):
            known = rest.strip('"') == "INBOX"
            return [
                b"* %d EXISTS" % len(self.messages)
            ], "OK done" if known else "NO no such folder"
        if command == "UID":
            return self._by_uid(rest)
        return ([b"* BYE"] if command == "LOGOUT" else []), "OK done"

    def _by_uid(self, rest: str) -> tuple[list[bytes], str]:
        verb, _space, given = rest.partition(" ")
        if verb == "SEARCH":
            unread = (n for n in range(1, len(self.messages) + 1) if n not in self.seen)
            return [b"* SEARCH " + b" ".join(b"%d" % n for n in unread)], "OK done"
        number = int(given.split()[0])
        if verb == "STORE":
            self.seen.add(number)
            return [], "OK done"
        asked = re.search(r"BODY\.PEEK\[\]<0\.(\d+)>", given)
        assert verb == "FETCH" and asked
        body = self.messages[number - 1][: int(asked[1])]
        head = b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n" % (number, number, len(body))
        return [head + body + b")"], "OK done"


class _Conversation(socketserver.StreamRequestHandler):
    mailbox: Mailbox

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, command, rest = [*line.decode().rstrip("\r\n").split(" ", 2), "", ""][:3]
            if self.mailbox.drops_at and self.mailbox.drops_at in line.decode():
                self.mailbox.drops_at = None
                return
            lines, last = self.mailbox.answer(command.upper(), rest)
            self.wfile.write(b"".join(one + b"\r\n" for one in lines))
            self.wfile.write(f"{tag} {last}\r\n".encode())
            if command.upper() == "LOGOUT":
                return


@contextlib.contextmanager
def running_mailbox(messages: list[bytes]) -> Iterator[Mailbox]:
    """A mailbox that holds these messages, none of them read."""
    mailbox = Mailbox(messages)
    conversation = type("Conversation", (_Conversation,), {"mailbox": mailbox})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), conversation) as server:
        server.daemon_threads = True
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()
