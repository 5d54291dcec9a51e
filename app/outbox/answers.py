"""What delivery and a way out of the house say to each other. Pure."""

from __future__ import annotations

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
    """No, for good."""

    text: str


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


class Transport(Protocol):
    """What delivery needs of a way out."""

    def send(self, mail: Outgoing, seconds: float) -> Answer:
        """Try one mail and answer within so many seconds. Raises nothing."""

    def close(self) -> None:
        """Leave politely. Safe to call again."""
