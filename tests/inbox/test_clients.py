"""The usual mail programs, in their encodings: what was typed stays, what they add goes."""

from __future__ import annotations

import pytest

from app.inbox.heads import read_head
from app.inbox.notices import notice_of
from app.inbox.parsing import Said, parse, said
from tests.inbox.conftest import MAILS, PLACEHOLDER, sample

TYPED = "C’est fait depuis ce matin.\n\nOn a pesé 14 kg, la balance est restée à l’atelier."
REPLIES = (
    "between_the_lines",
    "free",
    "free_html",
    "gmail",
    "iphone",
    "orange",
    "outlook",
    "outlook_mobile",
    "outlook_web",
    "samsung",
    "thunderbird",
    "thunderbird_html",
    "yahoo",
)
NOTICES = {
    "exchange_hard": ("5.1.10", True, True),
    "exim_hard": ("5.1.1", True, True),
    "postfix_delayed": ("4.4.1", False, False),
    "postfix_full": ("5.2.2", True, False),
    "postfix_hard": ("5.1.1", True, True),
    "postfix_soft": ("4.4.1", True, False),
    "qmail_hard": ("5.1.1", True, True),
}


@pytest.mark.parametrize("name", REPLIES)
def test_only_what_was_typed_is_left(name: str) -> None:
    message = parse(sample(name))
    found = said(message)
    assert Said(found.text.replace("'", "’"), found.attachments) == Said(TYPED, 0)
    head = read_head(sample(name))
    assert head.sender == "lucie@example.org"
    assert head.references == (f"{PLACEHOLDER.decode()}@example.org",)
    assert not head.is_automatic
    assert notice_of(message, head) is None


def test_text_around_a_picture_is_one_text_and_the_picture_is_counted() -> None:
    assert said(parse(sample("apple_mail_pictures"))) == Said(TYPED.replace("\n\n", "\n"), 1)


def test_who_is_away_is_a_machine() -> None:
    head = read_head(sample("away"))
    assert head.is_automatic
    assert head.subject == "Réponse automatique : Peser"


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_says_which_mail_to_whom_and_why(name: str) -> None:
    raw = sample(name)
    notice = notice_of(parse(raw), read_head(raw))
    assert notice is not None
    assert (notice.status, notice.is_final, notice.is_hard) == NOTICES[name]
    assert notice.message_ids == (f"{PLACEHOLDER.decode()}@example.org",)
    assert "lucie@example.org" in notice.recipients
    assert notice.told


def test_every_sample_is_read() -> None:
    known = {*REPLIES, *NOTICES, "apple_mail_pictures", "away", "forged"}
    assert {path.stem for path in MAILS.glob("*.eml")} == known


def test_the_same_message_by_another_way_is_the_same() -> None:
    raw = sample("gmail")
    again = b"Received: from elsewhere\r\n" + raw.replace(b"\r\n", b"\n")
    assert read_head(again).fingerprint == read_head(raw).fingerprint
    assert read_head(sample("yahoo")).fingerprint != read_head(raw).fingerprint


def test_a_subject_in_eight_bits_is_read() -> None:
    head = read_head("Subject: D’accord ?\r\nFrom: a@example.org\r\n\r\nx".encode())
    assert head.subject == "D’accord ?"
