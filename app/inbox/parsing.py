"""The parts of a message: what was typed, what is attached, and whether it tells of a failure.

Pure, and in time linear in size: what would make the standard library's parser slow (parts within
parts, endless fields) is refused before it sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from app.inbox.cutting import typed, unflowed
from app.inbox.decoding import clean, decoded
from app.inbox.kinds import Trouble, UnreadableError
from app.inbox.markup import to_text

LARGEST = 20 * 1024 * 1024
# of one part's text; what a person types stands at its beginning
LONGEST_PART = 400_000
LONGEST_TYPED = 100_000
MOST_NESTED = 60
LONGEST_FIELD = 4000
_NESTING = re.compile(rb"(?:multipart|message)/", re.IGNORECASE)
_FIELDS = re.compile(
    rb"^content-(?:type|disposition|transfer-encoding)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Said:
    """What a person typed, and how many files came along."""

    text: str
    attachments: int


def parse(raw: bytes) -> Message:
    """The parts. Raises UnreadableError for what is too large, too intricate or broken."""
    if len(raw) > LARGEST:
        raise UnreadableError(Trouble.TOO_LARGE)
    plain = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    nested = sum(1 for _found in _NESTING.finditer(plain))
    if nested > MOST_NESTED or any(
        found.end() - found.start() > LONGEST_FIELD for found in _FIELDS.finditer(plain)
    ):
        raise UnreadableError(Trouble.INTRICATE)
    try:
        return BytesParser(policy=compat32).parsebytes(plain)
    except (MessageError, ValueError, LookupError, TypeError, RecursionError) as fault:
        raise UnreadableError(Trouble.BROKEN) from fault


def said(message: Message) -> Said:
    """What its writer typed. Raises UnreadableError where that is more than anybody types."""
    text = clean("\n".join(own for own in _typed_parts(message) if own)).strip()
    if len(text) > LONGEST_TYPED:
        raise UnreadableError(Trouble.TOO_LARGE)
    return Said(text, sum(1 for part in message.walk() if _is_attached(part)))


def texts(message: Message, *, within: bool = True) -> Iterator[str]:
    """Every part of text as it stands, quotations and all: where a notice says what failed.

    `within`: those of messages that it gives back, too.
    """
    if message.get_content_maintype() == "text" and not message.is_multipart():
        yield text_of(message)
    elif message.is_multipart() and (within or message.get_content_maintype() != "message"):
        for child in _children(message):
            yield from texts(child, within=within)


def text_of(part: Message) -> str:
    """One part of text, within bounds."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    text = decoded(content[: LONGEST_PART * 4], part.get_content_charset())
    return text[:LONGEST_PART].replace("\r\n", "\n").replace("\r", "\n")


def _typed_parts(part: Message) -> Iterator[str]:
    """Of several forms of one text the plain one, unless it is empty."""
    if part.get_content_type() == "multipart/alternative" and part.is_multipart():
        choices = [list(_typed_parts(one)) for one in _children(part)]
        yield from next((one for one in choices if any(one)), [])
    elif part.get_content_maintype() == "message":
        return
    elif part.is_multipart():
        for child in _children(part):
            yield from _typed_parts(child)
    elif part.get_content_maintype() == "text" and not _is_attached(part):
        yield typed(_as_lines(part))


def _children(part: Message) -> list[Message]:
    children = part.get_payload()
    assert isinstance(children, list)
    return [one for one in children if isinstance(one, Message)]


def _as_lines(part: Message) -> str:
    text = text_of(part)
    if part.get_content_subtype() == "html":
        return to_text(text)
    if _parameter(part, "format") == "flowed":
        return unflowed(text, delsp=_parameter(part, "delsp") == "yes")
    return text


def _parameter(part: Message, name: str) -> str:
    return str(part.get_param(name, "")).lower()


def _is_attached(part: Message) -> bool:
    """A file that somebody added; a picture within the text, such as a logo, is none."""
    if part.is_multipart() and part.get_content_maintype() != "message":
        return False
    if part.get_content_disposition() == "attachment":
        return True
    return bool(part.get_filename()) and "Content-ID" not in part
