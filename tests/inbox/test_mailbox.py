"""A mailbox is read to its end, each message once, whatever breaks in between."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import pytest

from app.inbox.mailbox import MailboxError, fetch, look
from app.inbox.parsing import LARGEST
from tests.parts.imap import running_mailbox

MESSAGES = [b"Subject: one\r\n\r\nfirst\r\n", b"Subject: two\r\n\r\nsecond\r\n"]


def test_what_is_unread_is_taken_and_marked() -> None:
    with running_mailbox(MESSAGES) as mailbox:
        taken: list[bytes] = []
        assert fetch(mailbox.settings, taken.append, Event()) == 2
        assert (taken, mailbox.seen) == (MESSAGES, {1, 2})
        assert fetch(mailbox.settings, taken.append, Event()) == 0


def test_a_message_that_was_taken_and_not_marked_comes_again() -> None:
    with running_mailbox(MESSAGES) as mailbox:
        taken: list[bytes] = []
        mailbox.drops_at = "STORE"
        with pytest.raises(MailboxError):
            fetch(mailbox.settings, taken.append, Event())
        assert (taken, mailbox.seen) == (MESSAGES[:1], set())
        assert fetch(mailbox.settings, taken.append, Event()) == 2
        assert taken == [MESSAGES[0], *MESSAGES]


def test_a_message_that_cannot_be_taken_stays_unread() -> None:
    def refuse(_raw: bytes) -> None:
        raise RuntimeError("the database is away")

    with running_mailbox(MESSAGES) as mailbox:
        with pytest.raises(RuntimeError):
            fetch(mailbox.settings, refuse, Event())
        assert mailbox.seen == set()


def test_of_an_endless_message_only_so_much_is_read_as_shows_it() -> None:
    with running_mailbox([b"a" * (LARGEST + 5000)]) as mailbox:
        taken: list[bytes] = []
        fetch(mailbox.settings, taken.append, Event())
        assert len(taken[0]) == LARGEST + 1


def test_whoever_is_told_to_stop_stops_between_two_messages() -> None:
    with running_mailbox(MESSAGES) as mailbox:
        stopping = Event()
        assert fetch(mailbox.settings, lambda _raw: stopping.set(), stopping) == 1
        assert mailbox.seen == {1}


def test_looking_says_what_is_wrong_and_marks_nothing() -> None:
    with running_mailbox(MESSAGES) as mailbox:
        assert look(mailbox.settings) is None
        assert "no folder Autre" in str(look(replace(mailbox.settings, folder="Autre")))
        assert "refuses" in str(look(replace(mailbox.settings, password="wrong")))
        closed = mailbox.settings
        assert mailbox.seen == set()
    assert "cannot be used" in str(look(closed))
