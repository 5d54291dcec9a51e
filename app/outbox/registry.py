"""The kinds of mail of this installation, registered by the rooms that know what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.outbox.message import Letter, Skip, Wait
from app.outbox.models import Mail

Renew = Callable[[Session, Mail, datetime], Letter | Skip | Wait]
# what a mail's address that fails means to what the mail was about
Undelivered = Callable[[Session, Mail], None]


@dataclass(frozen=True)
class MailKind:
    """One kind of mail. `renew(session, mail, now)` is asked when the mail is about to leave.

    It answers Skip when the occasion is no longer true (done, moved, handed over, opted out),
    Wait when this is no hour to write, else the Letter as it stands now; it may correct
    `mail.to`, and must not commit. An error in it parks this one mail as failed. `is_urgent` when
    somebody waits for it at this moment: it leaves before the others that are due.
    """

    name: str
    renew: Renew
    is_urgent: bool = False
    # whether what people reply to it can be read from a mailbox and taken further (app/inbox)
    takes_replies: bool = False
    # whether its foot leads to « moins de messages »: not where it was asked for at that moment,
    # is due by law, or protects an account
    offers_fewer: bool = False
    # whether it waits and stops as its reader wishes; then one click in the mail program ends it
    follows_wish: bool = False
    # whether a firm that got it has had its mail of the week: a relance waits, but for the eve
    fills_the_week: bool = False
    undelivered: Undelivered | None = None


def reply_address(kind: MailKind, letter: Letter, inbox: str | None) -> str | None:
    """Where replies to a letter go: the mailbox that is read, where there is one for them."""
    return inbox if inbox and kind.takes_replies else letter.reply_to


def tell_undelivered(session: Session, mail: Mail) -> None:
    """Let the room that wrote a mail know that its address fails: nobody was told."""
    kind = find(mail.kind)
    if kind is not None and kind.undelivered is not None:
        kind.undelivered(session, mail)


# adds to a letter what its recipient must be told once, whatever the mail is about
Complete = Callable[[Session, Mail, Letter, datetime], Letter]

_kinds: dict[str, MailKind] = {}
_completing: dict[str, Complete] = {}


def register(kind: MailKind) -> None:
    """Make a kind known to this process; registering it again replaces it."""
    _kinds[kind.name] = kind


def find(name: str) -> MailKind | None:
    """The kind of this name, None when no room of this process has registered it."""
    return _kinds.get(name)


def names() -> set[str]:
    """The names of all kinds of this process."""
    return set(_kinds)


def urgent() -> list[str]:
    """The names of the kinds that leave before the others."""
    return sorted(kind.name for kind in _kinds.values() if kind.is_urgent)


def of_the_week() -> list[str]:
    """The names of the kinds after which relances to a firm wait."""
    return sorted(kind.name for kind in _kinds.values() if kind.fills_the_week)


def every() -> list[MailKind]:
    """All kinds, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def register_completion(room: str, complete: Complete) -> None:
    """Let a room above add to letters as they leave, in the order in which the rooms register."""
    _completing[room] = complete


def completed(session: Session, mail: Mail, letter: Letter, now: datetime) -> Letter:
    """The letter with what its recipient must be told besides."""
    for complete in _completing.values():
        letter = complete(session, mail, letter, now)
    return letter
