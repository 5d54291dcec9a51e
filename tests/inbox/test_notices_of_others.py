"""Notices of failure as they really came, from the servers of twenty years.

`flufl.bounce` ships them with its own reading. The mail that they gave back was taken out of most
of them; where it stood, one of ours is put.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from importlib.resources import files

import pytest
from flufl.bounce import all_failures

from app.inbox.heads import read_head
from app.inbox.notices import Notice, notice_of
from app.inbox.parsing import parse

SAMPLES = {
    one.name.removesuffix(".txt"): one.read_bytes()
    for one in files("flufl.bounce.tests.data").iterdir()
    if one.name.endswith(".txt")
}
OURS = "abcdefghjk@maillage.example.org"
GIVEN_BACK = (
    b"Received: from maillage.example.org\nMessage-ID: <abcdefghjk@maillage.example.org>\n"
    b"To: other@example.org\n\nIl reste 550 kg de pain.\n"
)
_TAKEN_OUT = re.compile(
    rb"^[> \t]*\[?(?:message removed|original message)\]?[ \t]*$", re.IGNORECASE | re.MULTILINE
)

# what we take for no notice, and why: each is left to whoever reads the mails, or to nobody
LEFT = {
    "bounce_02": "an ordinary address that says nothing of being a machine",
    "dumbass_01": "an answer by machine to every mail",
    "groupwise_03": "an ordinary address, and neither reader finds a recipient",
    "microsoft_03": "an ordinary address, in words of its own",
    "qmail_08": "an answer by machine, which names nobody",
    "simple_13": "gives back nothing that would name a mail",
    "simple_15": "a virus filter of an ordinary address",
    "simple_20": "a person’s address of a filter",
    "simple_22": "a virus filter of an ordinary address",
    "simple_38": "a receipt: those that say « lu » have the same form",
    "simple_43": "an ordinary address, and neither reader finds a recipient",
}
# whom they name, in a way of their own; our mail names its recipient where it is given back
UNNAMED = {
    "aol_01": "a name without its domain",
    "microsoft_01": "an X.400 address, which the other reader cuts off",
    "microsoft_04": "an X.400 address, which the other reader cuts off",
    "yale_01": "names people, and beside them how addresses are made",
}


def ours(name: str) -> Notice | None:
    raw = _TAKEN_OUT.sub(GIVEN_BACK, SAMPLES[name])
    if raw == SAMPLES[name] and b"essage-i" not in raw.partition(b"\n\n")[2].lower():
        raw += b"\n" + GIVEN_BACK
    return notice_of(parse(raw), read_head(raw))


def theirs(name: str) -> tuple[set[str], set[str]]:
    """Addresses that fail for a time, and for good."""
    for_now, for_good = all_failures(message_from_bytes(SAMPLES[name]))
    return _small(for_now), _small(for_good)


def _small(found: set[bytes]) -> set[str]:
    return {one.decode("ascii").lower() for one in found}


def test_there_are_as_many_as_are_spoken_of() -> None:
    assert len(SAMPLES) > 100
    assert {*LEFT, *UNNAMED} <= set(SAMPLES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_notice_is_known_and_says_what_another_reader_finds(name: str) -> None:
    notice, (for_now, for_good) = ours(name), theirs(name)
    assert (notice is None) == (name in LEFT)
    if notice is None:
        return
    if name not in UNNAMED:
        assert for_now | for_good <= notice.recipients
    assert not any(mark in one for one in notice.recipients for mark in ";<>, ")
    # what is tried again by itself leaves no second time, and no address is to blame yet
    assert not (for_now and notice.is_final)
    assert notice.is_final or not for_good
    if _TAKEN_OUT.search(SAMPLES[name]):
        assert OURS in notice.message_ids
    # nothing of what our own mail says
    assert "550 kg" not in notice.told


HARD = [
    "dsn_11",
    "dsn_12",
    "dsn_13",
    "dsn_14",
    "dsn_15",
    "exim_01",
    "postfix_01",
    "simple_19",
    "simple_36",
    "smtp32_04",
    "yahoo_13",
]
SOFT = {"dsn_02": "4.4.7", "dsn_17": "4.3.0", "simple_44": "4.4.4"}


@pytest.mark.parametrize("name", HARD)
def test_unknown_users_are_hard(name: str) -> None:
    notice = ours(name)
    assert notice is not None and notice.is_hard


@pytest.mark.parametrize("name", SOFT)
def test_what_is_only_late_full_or_given_up_is_not(name: str) -> None:
    notice = ours(name)
    assert notice is not None and (notice.status, notice.is_hard) == (SOFT[name], False)


def test_a_receipt_is_a_machines_and_no_failure() -> None:
    raw = (
        b"From: Lucie <lucie@example.org>\nSubject: Lu : Peser\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=B\n\n"
        b"--B\nContent-Type: text/plain\n\nVotre message a ete lu.\n"
        b"--B\nContent-Type: message/disposition-notification\n\n"
        b"Final-Recipient: rfc822; lucie@example.org\nDisposition: manual-action; displayed\n"
        b"Original-Message-ID: <abcdefghjk@maillage.example.org>\n"
        b"--B\nContent-Type: text/rfc822-headers\n\n"
        b"Message-ID: <abcdefghjk@maillage.example.org>\nTo: lucie@example.org\n--B--\n"
    )
    head = read_head(raw)
    assert head.is_automatic
    assert notice_of(parse(raw), head) is None


def test_our_own_words_are_none_of_the_notice() -> None:
    """« 550 kg » is no reply of a server, and « will be retried » no delay, in what comes back."""
    raw = (
        b"From: MAILER-DAEMON@mx.example.org\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\n"
        b"Could not be delivered: (lucie@example.org).\n--B\nContent-Type: message/rfc822\n\n"
        b"Message-ID: <abcdefghjk@maillage.example.org>\nTo: lucie@example.org\n\n"
        b"Il reste 550 kg, it will be retried.\n--B--\n"
    )
    notice = notice_of(parse(raw), read_head(raw))
    assert notice is not None
    assert (notice.status, notice.is_final, notice.is_hard) == (None, True, False)
    assert notice.recipients == {"lucie@example.org"}
