"""The exact bytes of a mail. Pure: the same letter of the same mail gives the same bytes.

Headers and parts are written here rather than by `EmailMessage`, whose folding differs between
Python's versions and breaks long links in List-Unsubscribe, and which takes longer than all else.
Everything is ASCII with CRLF, whatever the relay can do.
"""

from __future__ import annotations

import re
import unicodedata
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

DEFAULT_NAME = "Maillage"
LONGEST_NAME = 100
LONGEST_SUBJECT = 300
LONGEST_HEADER = 900
_LINE = 76
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
)
_ADDED = re.compile(r"List-[A-Za-z-]+")
# what others write there is left out where it is anything else
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,200}@[!-;=?-~]{1,200}")
_THREAD = re.compile(r"[a-z]{1,20}-[a-z0-9]{1,20}")
_ID = re.compile(r"[a-z0-9]{1,40}")
_METHOD = re.compile(r"[A-Z]{1,20}")
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class CalendarPart:
    method: str
    text: str


@dataclass(frozen=True)
class Letter:
    """What a mail says at the moment it leaves.

    `from_name` is shown before the one address of the house, `reply_to` is where answers go;
    `headers` may add List-…, in printable ASCII. Letters of the same `thread` (what they are
    about, and its public id) stand together in a mail program; one that `answers` a message, by
    its Message-ID, stands below that one. `calendar` is an iCalendar file of this method, which
    calendars take from the mail (RFC 6047).
    """

    subject: str
    text: str
    html: str
    from_name: str | None = None
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    thread: str | None = None
    answers: str | None = None
    calendar: CalendarPart | None = None


@dataclass(frozen=True)
class Wait:
    """The mail is true, but not at this hour: it is asked again at `until`."""

    until: datetime


@dataclass(frozen=True)
class Skip:
    """The mail is no longer true; `reason` is a short code or sentence kept with it."""

    reason: str


def build(letter: Letter, *, sender: str, to: str, public_id: str, written_at: datetime) -> bytes:
    """The letter as handed to a relay. Raises ValueError for an address or header it refuses."""
    origin = address(sender)
    domain = origin.partition("@")[2]
    headers = {
        "Date": format_datetime(written_at),
        "Message-ID": f"<{public_id}@{domain}>",
        "From": _mailbox(letter.from_name or "", origin),
        "To": address(to),
        "Subject": _encoded("Subject", one_line(letter.subject)[:LONGEST_SUBJECT]),
        "Auto-Submitted": "auto-generated",
    }
    if letter.reply_to:
        headers["Reply-To"] = address(letter.reply_to)
    if letter.answers is not None and _MESSAGE_ID.fullmatch(letter.answers):
        headers.update(_below(letter.answers))
    elif letter.thread is not None:
        headers.update(_threaded(letter.thread, domain))
    headers.update(_added(letter.headers))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode("ascii") + _body(letter, public_id)


def one_line(text: str) -> str:
    """Text on one line: breaks and control characters become single spaces."""
    spaced = "".join(" " if unicodedata.category(c) in _BREAKING else c for c in text)
    return re.sub(" {2,}", " ", spaced).strip(" ")


def address(given: str) -> str:
    """An address that a relay understands; a domain with accents is written in ASCII.

    Raises ValueError with a sentence for anything else.
    """
    local, at, domain = given.rpartition("@")
    try:
        known = given if given.isascii() else f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        known = ""
    if not _ADDRESS.fullmatch(known):
        raise ValueError(f"{given!r} is no address that mail can be sent to")
    return known


def _mailbox(name: str, origin: str) -> str:
    shown = one_line(name)[:LONGEST_NAME] or DEFAULT_NAME
    if _is_plain(shown):
        return formataddr((shown, origin))
    return f"{_encoded('From', shown)} <{origin}>"


def _encoded(header: str, text: str) -> str:
    if _is_plain(text):
        return Header(text, "us-ascii", _LINE, header).encode(linesep="\r\n")
    return Header(text, "utf-8", _LINE, header).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    # text that looks like an encoded word would be read as one
    return text.isascii() and "=?" not in text


def _threaded(thread: str, domain: str) -> dict[str, str]:
    """Answers to a first mail that nobody ever got: mail programs put them together by its id."""
    if not _THREAD.fullmatch(thread):
        raise ValueError(f"{thread!r} names no thread")
    return _below(f"{thread}@{domain}")


def _below(message_id: str) -> dict[str, str]:
    return {"In-Reply-To": f"<{message_id}>", "References": f"<{message_id}>"}


def _added(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _ADDED.fullmatch(name):
            raise ValueError(f"a letter may not set the header {name!r}")
        if not (value.isascii() and value.isprintable() and len(value) <= LONGEST_HEADER):
            raise ValueError(f"the header {name} cannot hold {value!r}")
    return dict(headers)


def _body(letter: Letter, public_id: str) -> bytes:
    """The ways to read it, the plainest first; in quoted-printable nothing else contains "=_"."""
    if not _ID.fullmatch(public_id):
        raise ValueError(f"{public_id!r} is no id of a mail")
    boundary = f"=_{public_id}"
    parts = [("plain", "", letter.text), ("html", "", letter.html)]
    if letter.calendar:
        method = letter.calendar.method
        if not _METHOD.fullmatch(method):
            raise ValueError(f"{method!r} is no method of a calendar")
        parts.append(("calendar", f'; method="{method}"', letter.calendar.text))
    written = [_part(boundary, *part) for part in parts]
    head = (
        f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    )
    return head.encode("ascii") + b"".join(written) + f"--{boundary}--\r\n".encode("ascii")


def _part(boundary: str, kind: str, parameters: str, text: str) -> bytes:
    head = (
        f"--{boundary}\r\n"
        f'Content-Type: text/{kind}; charset="utf-8"{parameters}\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") + "\n"
    encoded = b2a_qp(lines.encode("utf-8"), istext=True).replace(b"\n", b"\r\n")
    # the last line end belongs to the boundary
    return head.encode("ascii") + encoded + b"\r\n"
