"""The bytes of a mail: readable by any client, the same each time, and nobody else's headers."""

from __future__ import annotations

import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.outbox.message import (
    LONGEST_NAME,
    LONGEST_SUBJECT,
    CalendarPart,
    Letter,
    address,
    build,
    one_line,
)

WRITTEN = datetime(2026, 4, 7, 5, 0, tzinfo=UTC)
HEADERS = ["Date", "Message-ID", "From", "To", "Subject", "Auto-Submitted"]
THREADED = ["In-Reply-To", "References"]
INJECTABLE = [
    "subject",
    "from_name",
    "reply_to",
    "thread",
    "answers",
    "list_id",
    "method",
    "sender",
    "to",
    "public_id",
]
BODY_HEADERS = ["MIME-Version", "Content-Type"]
LETTER = Letter(
    subject="Pesée des invendus : d’accord pour le 17 avril ?",
    text="Bonjour Lucie,\n\nÀ vendredi.\n",
    html="<p>Bonjour Lucie,</p><p>À vendredi.</p>",
)

# what people type, what they paste, and what an attacker would try
lines = st.one_of(
    st.text(max_size=120),
    st.text(alphabet='aé\r\n\x0b\x0c\x85\u2028\u2029\x00 =?:;,<>"\\()@', max_size=120),
    st.builds(
        "{}{}Bcc: voisin@example.org".format,
        st.text(max_size=9),
        st.sampled_from(["\n", "\r", "\r\n", "\r\n\r\n", "\u2028", "=?utf-8?q?=0A?="]),
    ),
)


def made(letter: Letter, to: str = "lucie@fournil.example") -> bytes:
    return build(
        letter,
        sender="maillage@val.example",
        to=to,
        public_id="abc234",
        written_at=WRITTEN,
    )


def read(content: bytes) -> EmailMessage:
    parsed = BytesParser(policy=email.policy.default).parsebytes(content)
    assert parsed.defects == []
    return parsed


def body(content: bytes, kind: str) -> str:
    part = read(content).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def sender_of(content: bytes) -> Address:
    (sender,) = read(content)["From"].addresses
    return cast("Address", sender)


def test_a_mail_says_who_writes_to_whom_and_what_it_is() -> None:
    parsed = read(made(LETTER))
    assert parsed.keys() == HEADERS + BODY_HEADERS
    assert parsed["From"] == "Maillage <maillage@val.example>"
    assert parsed["To"] == "lucie@fournil.example"
    assert parsed["Subject"] == LETTER.subject
    assert parsed["Message-ID"] == "<abc234@val.example>"
    assert parsed["Date"].datetime == WRITTEN
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed.get_content_type() == "multipart/alternative"


def test_the_text_and_the_html_are_both_whole() -> None:
    content = made(LETTER)
    assert body(content, "plain") == LETTER.text
    assert body(content, "html") == LETTER.html + "\n"


def test_the_pilots_name_stands_on_the_one_address_and_answers_go_to_her() -> None:
    letter = Letter("S", "t", "h", from_name="Anaïs Léonetti, CC", reply_to="anais@cc.example")
    parsed = read(made(letter))
    assert sender_of(made(letter)).display_name == "Anaïs Léonetti, CC"
    assert sender_of(made(letter)).addr_spec == "maillage@val.example"
    assert parsed["Reply-To"] == "anais@cc.example"


def test_the_same_letter_of_the_same_mail_is_the_same_bytes() -> None:
    assert made(LETTER) == made(LETTER)


def test_a_long_one_click_link_stays_in_one_piece() -> None:
    link = f"<https://val.example/desabonnement/{'x' * 300}>"
    headers = {"List-Unsubscribe": link, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    content = made(Letter("S", "t", "h", headers=headers))
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in content
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content


@given(subject=lines, name=lines)
@example(subject="Étape\r\nBcc: voisin@example.org", name="Anne\r\n\r\n<script>")
@example(subject="=?utf-8?q?=0ABcc=3A_voisin?=", name="=?utf-8?q?=0ABcc?=")
@example(subject="é" * 300, name="ŵ" * 100)
def test_no_subject_and_no_name_adds_or_changes_a_header(subject: str, name: str) -> None:
    parsed = read(made(Letter(subject, "t", "h", from_name=name)))
    assert parsed.keys() == HEADERS + BODY_HEADERS
    assert parsed["To"] == "lucie@fournil.example"
    assert sender_of(made(Letter(subject, "t", "h", from_name=name))).addr_spec == (
        "maillage@val.example"
    )
    assert parsed["Message-ID"] == "<abc234@val.example>"
    assert body(made(Letter(subject, "t", "h", from_name=name)), "plain") == "t\n"


@given(subject=lines)
def test_a_subject_arrives_as_it_was_written_on_one_line(subject: str) -> None:
    kept = one_line(subject)[:LONGEST_SUBJECT]
    # spaces at a fold are the reader's to count, and controls are gone already
    assert str(read(made(Letter(subject, "t", "h")))["Subject"]).split() == kept.split()


@given(name=st.text(alphabet='abcéèçœ ’.,()"@<>:;', min_size=1, max_size=LONGEST_NAME))
def test_a_name_arrives_as_it_was_written(name: str) -> None:
    shown = one_line(name) or "Maillage"
    # by the older reader: the newer one puts a space between two encoded words of a name
    raw = message_from_bytes(made(Letter("S", "t", "h", from_name=name)))["From"]
    encoded, origin = parseaddr(raw)
    assert str(make_header(decode_header(encoded))).split() == shown.split()
    assert origin == "maillage@val.example"


@given(subject=lines, name=lines, text=st.text(st.characters(exclude_categories=["Cs"])))
def test_every_byte_is_ascii_and_every_line_ends_as_mail_lines_do(
    subject: str, name: str, text: str
) -> None:
    content = made(Letter(subject, text, f"<p>{text}</p>", from_name=name))
    assert content.isascii()
    rows = content.split(b"\r\n")
    assert not any(b"\r" in row or b"\n" in row for row in rows)
    assert max(map(len, rows)) <= 998


def test_letters_of_a_thread_answer_the_same_mail_that_nobody_got() -> None:
    parsed = read(made(replace(LETTER, thread="etape-abc234")))
    assert parsed["In-Reply-To"] == parsed["References"] == "<etape-abc234@val.example>"


def test_a_letter_that_answers_a_message_stands_below_that_one() -> None:
    parsed = read(made(replace(LETTER, answers="1.a+b@mail.example.org")))
    assert parsed["In-Reply-To"] == parsed["References"] == "<1.a+b@mail.example.org>"


@pytest.mark.parametrize(
    "odd", ["", "no sign", "a@b>\r\nBcc: c@d", "é@b", "a b@c", f"{'x' * 300}@c"]
)
def test_an_odd_message_id_of_somebody_elses_stops_no_letter(odd: str) -> None:
    parsed = read(made(replace(LETTER, answers=odd)))
    assert parsed["In-Reply-To"] is None and parsed["Bcc"] is None


@given(field=st.sampled_from(INJECTABLE), hostile=lines)
@example(field="answers", hostile="a@b>\r\nBcc: voisin@example.org")
@example(field="thread", hostile="etape-abc\r\nBcc: voisin@example.org")
@example(field="to", hostile="lucie@fournil.example\nBcc: voisin@example.org")
@example(field="sender", hostile="a@val.example\r\n\r\n<script>")
@example(field="public_id", hostile="abc\r\nBcc: voisin@example.org")
def test_no_field_of_a_mail_adds_a_header_or_a_line_of_body(field: str, hostile: str) -> None:
    """Either the letter is refused whole, or the mail has its own headers, parts and text."""
    try:
        content = with_hostile(field, hostile)
    except ValueError:
        return
    parsed = read(content)
    all_of_them = {*HEADERS, "Reply-To", *THREADED, "List-Id", *BODY_HEADERS}
    # without an address to answer to there is no such header
    assert all_of_them - set(parsed.keys()) <= {"Reply-To"}
    assert set(parsed.keys()) <= all_of_them
    assert len(parsed.keys()) == len(set(parsed.keys()))
    assert [part.get_content_type() for part in parsed.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert body(content, "plain") == "t\n"
    assert len(parsed["To"].addresses) == len(parsed["From"].addresses) == 1


def with_hostile(field: str, hostile: str) -> bytes:
    """A mail all of whose fields are good, but for one."""
    letter = Letter(
        "S",
        "t",
        "h",
        from_name="Anne",
        reply_to="anne@cc.example",
        headers={"List-Id": "<relances.val.example>"},
        thread="etape-abc234",
        calendar=CalendarPart("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    )
    around = {"sender": "maillage@val.example", "to": "lucie@fournil.example", "public_id": "abc"}
    if field == "method":
        letter = replace(letter, calendar=CalendarPart(hostile, "BEGIN:VCALENDAR\r\n"))
    elif field == "list_id":
        letter = replace(letter, headers={"List-Id": hostile})
    elif field in around:
        around[field] = hostile
    else:
        letter = replace(letter, **{field: hostile})
    return build(letter, written_at=WRITTEN, **around)


@pytest.mark.parametrize(
    "name",
    ["Bcc", "Subject", "References", "From", "X: y\r\nBcc", "Content-Type", "List-Id\r\nBcc", ""],
)
def test_a_letter_adds_no_header_but_those_of_lists_and_threads(name: str) -> None:
    with pytest.raises(ValueError, match="may not set the header"):
        made(Letter("S", "t", "h", headers={name: "x"}))


@pytest.mark.parametrize(
    "value", ["a\nBcc: b@example.org", "a\r\n\r\nx", "é", "a\u2028b", "x" * 950]
)
def test_a_letter_adds_no_header_that_would_break_out(value: str) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        made(Letter("S", "t", "h", headers={"List-Id": value}))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "lucie",
        "@fournil.example",
        "lucie@",
        "lucie @fournil.example",
        "lucie@fournil.example\r\nBcc: x@y.example",
        "lucie@fournil.example\r\nRCPT TO:<x@y.example>",
        "lucie@fournil.example> NOTIFY=NEVER",
        "lucie@fournil.example, marc@bois.example",
        "Lucie <lucie@fournil.example>",
        "hélène@fournil.example",
        "lucie@fournil..example",
        "lucie@\x00.example",
    ],
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        made(LETTER, to=wrong)
    with pytest.raises(ValueError, match="is no address"):
        made(Letter("S", "t", "h", reply_to=wrong or "x"))


def test_a_domain_with_accents_is_written_as_mail_does() -> None:
    assert address("lucie@bücher.example") == "lucie@xn--bcher-kva.example"


def test_a_calendar_travels_as_a_third_way_to_read_the_mail() -> None:
    text = "BEGIN:VCALENDAR\r\nSUMMARY:Comité ; élus\r\nEND:VCALENDAR\r\n"
    content = made(replace(LETTER, calendar=CalendarPart("REQUEST", text)))
    assert content == made(replace(LETTER, calendar=CalendarPart("REQUEST", text)))
    parts = list(read(content).iter_parts())
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = parts[2]
    assert calendar["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert calendar.get_payload(decode=True) == text.encode()
