"""The mailbox that is read by IMAP: what nobody has read yet, marked once it is in the database."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event

from app.inbox.parsing import LARGEST
from config import LOCAL_HOSTS, Imap

SECONDS = 30.0
# at one go; the next tick takes the rest
MOST = 200


class MailboxError(Exception):
    """The mailbox cannot be read; its text says why."""


def fetch(inbox: Imap, take: Callable[[bytes], object], stopping: Event) -> int:
    """Hand every unread message to `take`, and mark it as read once that has returned.

    Killed in between, it comes again and `take` knows it. Raises MailboxError, and what `take`
    raises.
    """
    taken = 0
    with _opened(inbox, read_only=False) as client:
        for number in _unread(client)[:MOST]:
            if stopping.is_set():
                break
            if (raw := _message(client, number)) is not None:
                take(raw)
                _ask(client, "STORE", number, "+FLAGS.SILENT", r"(\Seen)")
                taken += 1
    return taken


def look(inbox: Imap) -> str | None:
    """What is wrong with the mailbox, None for nothing. Reads no message, marks none."""
    try:
        with _opened(inbox, read_only=True):
            return None
    except MailboxError as fault:
        return str(fault)


@contextmanager
def _opened(inbox: Imap, *, read_only: bool) -> Iterator[imaplib.IMAP4]:
    where = f"{inbox.host}:{inbox.port}"
    try:
        client = _connected(inbox)
    except (OSError, imaplib.IMAP4.error) as fault:
        raise MailboxError(f"{where} cannot be used: {fault}") from fault
    try:
        client.login(inbox.user, inbox.password)
        answer, _data = client.select(f'"{inbox.folder}"', readonly=read_only)
        if answer != "OK":
            raise MailboxError(f"{where} has no folder {inbox.folder}")
        yield client
    except imaplib.IMAP4.error as fault:
        raise MailboxError(f"{where} refuses: {fault}") from fault
    except OSError as fault:
        raise MailboxError(f"{where} ended the conversation: {fault}") from fault
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()
        with suppress(OSError):
            client.shutdown()


def _connected(inbox: Imap) -> imaplib.IMAP4:
    """Certificates are verified, but for a mailbox on this machine: it has no name to prove."""
    context = ssl.create_default_context()
    if inbox.host in LOCAL_HOSTS:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if inbox.tls == "tls":
        return imaplib.IMAP4_SSL(inbox.host, inbox.port, ssl_context=context, timeout=SECONDS)
    client = imaplib.IMAP4(inbox.host, inbox.port, timeout=SECONDS)
    if inbox.tls == "starttls":
        client.starttls(context)
    return client


def _unread(client: imaplib.IMAP4) -> list[str]:
    data = _ask(client, "SEARCH", None, "UNSEEN")
    found = data[0] if data and isinstance(data[0], bytes) else b""
    return found.decode("ascii", "replace").split()


def _message(client: imaplib.IMAP4, number: str) -> bytes | None:
    """The whole message, or more than its limit by one; None when somebody has taken it away."""
    data = _ask(client, "FETCH", number, f"(BODY.PEEK[]<0.{LARGEST + 1}>)")
    return next((one[1] for one in data if isinstance(one, tuple)), None)


def _ask(client: imaplib.IMAP4, command: str, *arguments: str | None) -> list[object]:
    given = [one for one in arguments if one is not None]
    answer, data = client.uid(command, *given)
    if answer != "OK":
        raise imaplib.IMAP4.error(f"{command} is answered {answer}")
    return list(data)
