"""What delivery and a way out of the house say to each other. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """One mail as a transport sees it: `content` is whole, in ASCII with CRLF."""

    public_id: str
    to: str
    content: bytes


@dataclass(frozen=True)
class Accepted:
    """The mail is in the relay's hands."""


@dataclass(frozen=True)
class Refused:
    """No, for good. `address_status`: it is the address that fails, and its code (RFC 3463)."""

    text: str
    address_status: str | None = None


@dataclass(frozen=True)
class Later:
    """Not now. `in_doubt`: the answer to the whole mail was lost, it may have been accepted."""

    text: str
    in_doubt: bool = False


@dataclass(frozen=True)
class Unreachable:
    """No conversation began: nothing was tried with this mail, and no other will fare better."""

    text: str


Answer = Accepted | Refused | Later | Unreachable


_ENHANCED = re.compile(rb"\s*(5\.(\d{1,3})\.\d{1,3})(?!\S)")
# 5.1.7 and 5.1.8 speak of the sender's address
_OF_THE_SENDER = frozenset({b"5.1.7", b"5.1.8"})
# what else is said with a plain 550: that we may not pass, whoever the mail is for
_POLICY = re.compile(
    rb"relay|spam|junk|polic|block|black|listed|denied|prohibit|not (permitted|allowed)|sender"
    rb"|reputation|authenticat|grey|gray|rate|too many|try again|later",
    re.IGNORECASE,
)
_UNKNOWN = "5.1.1"


def unknown_address(code: int, text: bytes) -> str | None:
    """The status of a refusal to RCPT TO that blames the address; None for any other.

    Where the relay writes enhanced codes (RFC 3463), those about the recipient's address count:
    5.1.x. Without one, a 550 counts unless its words speak of something else. A full mailbox, a
    policy and a list of suspects say nothing against an address.
    """
    found = _ENHANCED.match(text)
    if found is not None:
        is_about_it = found[2] == b"1" and found[1] not in _OF_THE_SENDER
        return found[1].decode("ascii") if is_about_it else None
    return _UNKNOWN if code == 550 and not _POLICY.search(text) else None


class Transport(Protocol):
    """What delivery needs of a way out."""

    def send(self, mail: Outgoing, seconds: float) -> Answer:
        """Try one mail and answer within so many seconds. Raises nothing."""

    def close(self) -> None:
        """Leave politely. Safe to call again."""
