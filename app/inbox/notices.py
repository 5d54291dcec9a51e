"""What a notice of failure says (RFC 3464), and what can be made of those that follow no rule.

Pure. Nothing here decides: a notice counts only once it names a mail that we sent to whom it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from app.inbox.decoding import printable
from app.inbox.heads import Head, addresses
from app.inbox.parsing import text_of, texts

LONGEST_TOLD = 300
_MOST_TEXT = 200_000
_REPORT = "message/delivery-status"
_SYSTEM = frozenset(
    {"mailer-daemon", "mail-daemon", "mdaemon", "mail.delivery.system", "postmaster"}
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_IN_WORDS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)[ -](?=\D)")
_MESSAGE_ID = re.compile(r"^[> \t]*Message-ID:\s*<([^<>\s]{1,250})>", re.IGNORECASE | re.MULTILINE)
_GIVEN_BACK = re.compile(r"^[> \t]*(?:Received|Message-ID):", re.IGNORECASE | re.MULTILINE)
_TO = re.compile(r"^[> \t]*To:[ \t]*([^\n]{1,400})", re.IGNORECASE | re.MULTILINE)
# in a text, whatever stands around it
_NAMED = re.compile(r"[^\s<>\"'()\[\];:,=@]{1,64}@[\w.-]{1,179}\w")
_FAILED = re.compile(r"fail|error", re.IGNORECASE)
# what is tried again by itself must not leave a second time
_TRIED_AGAIN = re.compile(
    r"will (?:continue|keep trying|be retried)|attempts will continue|not yet been delivered|"
    r"has been (?:delayed|postponed)|n[’']a pas encore pu être remis|sera (?:retent|réessay)|"
    r"tentatives? (?:de remise )?(?:se poursuiv|continu)",
    re.IGNORECASE,
)
# a mailbox that is full is empty again one day
_FULL = "5.2.2"


@dataclass(frozen=True)
class Notice:
    """`recipients` and `message_ids` are all that it names; `told` is its reason in a line.

    `is_final` when the mail will not arrive any more, `is_hard` when the address is to blame.
    """

    message_ids: tuple[str, ...]
    recipients: frozenset[str]
    status: str | None
    is_final: bool
    told: str

    @property
    def is_hard(self) -> bool:
        return self.is_final and (self.status or "").startswith("5") and self.status != _FULL


def notice_of(message: Message, head: Head) -> Notice | None:
    """The notice that a message is, None for anything else."""
    if _is_receipt(message):
        return None
    report = next((part for part in message.walk() if part.get_content_type() == _REPORT), None)
    if report is not None and (blocks := _recipients(report)):
        return _standard(message, blocks)
    is_system = head.is_automatic and (head.sender or "").partition("@")[0] in _SYSTEM
    is_report = message.get_content_type() == "multipart/report"
    # no reply comes from nobody, and none is a report, even an empty one
    if is_report or head.failed_recipients or is_system or head.sender is None:
        return _free(message, head)
    return None


def _is_receipt(message: Message) -> bool:
    """« Lu », « supprimé »: that it came. It gives our mail back too (RFC 8098)."""
    kind = "message/disposition-notification"
    return any(part.get_content_type() == kind for part in message.walk())


def _recipients(report: Message) -> list[Message]:
    """What the report says of each recipient."""
    return [one for one in _blocks(report) if "Action" in one or "Status" in one]


def _standard(message: Message, blocks: list[Message]) -> Notice:
    block = next(filter(_is_failed, blocks), blocks[0])
    found = _STATUS.search(_field(block, "Status")) or _STATUS.search(
        _field(block, "Diagnostic-Code")
    )
    returned = list(_returned(message))
    named = (_field(block, name) for name in ("Final-Recipient", "Original-Recipient"))
    recipients = frozenset[str]().union(
        *(addresses(one) for one in named), *(addresses(to) for _id, to in returned)
    )
    return Notice(
        message_ids=tuple(dict.fromkeys(id_ for id_, _to in returned if id_)),
        recipients=recipients,
        status=found[1] if found else None,
        is_final=_is_failed(block),
        told=printable(_field(block, "Diagnostic-Code"))[:LONGEST_TOLD],
    )


def _is_failed(block: Message) -> bool:
    """« failed »; some write « failure », « error » or more words."""
    return _FAILED.match(_field(block, "Action")) is not None


def _blocks(report: Message) -> list[Message]:
    children = report.get_payload()
    return (
        [one for one in children if isinstance(one, Message)] if isinstance(children, list) else []
    )


def _field(block: Message, name: str) -> str:
    value = str(block.get(name, ""))[:2000].strip()
    return value.lower() if name in ("Action", "Final-Recipient", "Original-Recipient") else value


def _returned(message: Message) -> Iterator[tuple[str, str]]:
    """(Message-ID, To) of the mail that a notice gives back, whole or by its head."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            for child in _blocks(part):
                ids = re.findall(r"<([^<>\s]{1,250})>", str(child.get("Message-ID", ""))[:400])
                yield (ids[0] if ids else "", str(child.get("To", ""))[:1000])
        elif part.get_content_type() == "text/rfc822-headers":
            yield from _in_text(text_of(part))


def _in_text(text: str) -> Iterator[tuple[str, str]]:
    ids, to = _MESSAGE_ID.findall(text[:_MOST_TEXT]), _TO.findall(text[:_MOST_TEXT])
    for number, id_ in enumerate(ids[:10]):
        yield id_, to[number] if number < len(to) else ""


def _free(message: Message, head: Head) -> Notice | None:
    """As qmail, Exim and others write it: in words, the mail or its head below."""
    text = "\n".join(texts(message))[:_MOST_TEXT]
    returned = [*_returned(message), *_in_text(text)]
    if not returned:
        return None
    above = _own_words(message)
    status, reply = _IN_WORDS.search(above), _REPLY.search(above)
    said = status[1] if status else f"{reply[1][0]}.0.0" if reply else None
    recipients = head.failed_recipients.union(
        (found.lower() for found in _NAMED.findall(above)),
        *(addresses(to) for _id, to in returned),
    )
    return Notice(
        message_ids=tuple(dict.fromkeys(id_ for id_, _to in returned if id_)),
        recipients=recipients,
        status=said,
        is_final=_TRIED_AGAIN.search(" ".join(above.split())) is None,
        told=printable(_reason(above, status or reply)),
    )


def _own_words(message: Message) -> str:
    """Without the mail that it gives back, which may speak of 550 kg, or of what is late."""
    text = "\n".join(texts(message, within=False))[:_MOST_TEXT]
    given_back = _GIVEN_BACK.search(text)
    return text[: given_back.start() if given_back else None][:20_000]


def _reason(text: str, found: re.Match[str] | None) -> str:
    """The line that the status stands in."""
    if found is None:
        return ""
    start = text.rfind("\n", 0, found.start()) + 1
    return text[start : start + LONGEST_TOLD].partition("\n")[0]
