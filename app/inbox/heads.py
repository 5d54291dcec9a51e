"""Who writes, about which of our mails, and whether a machine does: the head of a message. Pure.

Read by itself and within bounds: a message that cannot be read has a head all the same.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parseaddr

from app.inbox.decoding import decoded, printable

LONGEST_HEAD = 256 * 1024
LONGEST_SUBJECT = 300
MOST_REFERENCES = 50
_ADDRESS = re.compile(r"[^@\s<>\";]{1,64}@[^@\s<>\";]{1,180}")
_ID = re.compile(r"<([^<>\s]{1,250})>")
_MACHINES = frozenset({"bulk", "junk", "list", "auto_reply"})
_AWAY = re.compile(
    r"\s*(?:réponse automatique|automatic reply|absence du bureau|out of office|auto\s?:)",
    re.IGNORECASE,
)
_MARKS = ("List-Id", "X-Autoreply", "X-Autorespond", "X-Loop")
_SYSTEM = frozenset({"mailer-daemon", "mail-daemon", "postmaster", "noreply", "no-reply"})


@dataclass(frozen=True)
class Head:
    """`fingerprint` is the same for the same message by whatever way it came.

    `references` are the ids of the mails that it answers, the nearest first.
    """

    fingerprint: str
    message_id: str | None
    sender: str | None
    subject: str
    references: tuple[str, ...]
    is_automatic: bool
    failed_recipients: frozenset[str] = frozenset()


def read_head(raw: bytes) -> Head:
    """The head of any bytes at all."""
    block, _blank, body = _split(raw)
    try:
        message = BytesHeaderParser(policy=compat32).parsebytes(block)
    except (MessageError, ValueError, LookupError):
        message = Message()
    message_id = next(iter(_ID.findall(_value(message, "Message-ID"))), None)
    sender = address(_value(message, "From"))
    return Head(
        fingerprint=_fingerprint(message_id, body if message_id else raw),
        message_id=message_id if message_id and message_id.isascii() else None,
        sender=sender,
        subject=printable(_shown(_value(message, "Subject")))[:LONGEST_SUBJECT],
        references=_references(message),
        is_automatic=_is_automatic(message, sender),
        failed_recipients=addresses(_value(message, "X-Failed-Recipients")),
    )


def address(value: str) -> str | None:
    """The address in a field such as From, in small letters."""
    _name, found = parseaddr(value)
    small = found.strip().lower()
    return small if _ADDRESS.fullmatch(small) else None


def addresses(value: str) -> frozenset[str]:
    return frozenset(found.lower() for found in _ADDRESS.findall(value.replace(",", " ")))


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """(head, blank line, body), whatever the ends of lines are."""
    plain = raw.replace(b"\r\n", b"\n")
    head, blank, body = plain.partition(b"\n\n")
    return head[:LONGEST_HEAD], blank, body


def _fingerprint(message_id: str | None, body: bytes) -> str:
    found = hashlib.sha256((message_id or "").encode("utf-8", "replace"))
    found.update(b"\0" + body)
    return found.hexdigest()


def _value(message: Message, name: str) -> str:
    """A field within bounds, also where it stands there in eight bits, which is not allowed."""
    found = next((str(v) for n, v in message.raw_items() if n.lower() == name.lower()), "")[:4000]
    return found if found.isascii() else decoded(found.encode("ascii", "surrogateescape"), None)


def _shown(value: str) -> str:
    try:
        parts = decode_header(value[:2000])
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        part if isinstance(part, str) else decoded(part, charset) for part, charset in parts
    )


def _references(message: Message) -> tuple[str, ...]:
    """In-Reply-To first; of References the last ones, which are the nearest."""
    answered = _ID.findall(_value(message, "In-Reply-To"))
    thread = _ID.findall(str(message.get("References", ""))[-8000:])
    return tuple(dict.fromkeys([*answered, *reversed(thread)]))[:MOST_REFERENCES]


def _is_automatic(message: Message, sender: str | None) -> bool:
    """A machine wrote it: nothing may ever be answered to it."""
    submitted = _value(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or _value(message, "Precedence").strip().lower() in _MACHINES
        or any(name in message for name in _MARKS)
        # a notice, or a receipt (RFC 6522)
        or _value(message, "Content-Type").strip().lower().startswith("multipart/report")
        or _value(message, "Return-Path").strip() == "<>"
        or (sender or "").partition("@")[0] in _SYSTEM
        or bool(_AWAY.match(_shown(_value(message, "Subject"))))
    )
