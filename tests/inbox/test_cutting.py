"""Cutting loses nothing that was typed above, and takes no time that grows faster than the text."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inbox.cutting import typed, unflowed
from app.inbox.heads import read_head
from app.inbox.kinds import Trouble, UnreadableError
from app.inbox.markup import to_text
from app.inbox.notices import notice_of
from app.inbox.parsing import LARGEST, MOST_NESTED, parse, said
from tests.inbox.conftest import MAILS

QUOTE = "> Bonjour Lucie,\n> est-ce d’accord ?"
WROTE = "Le 14 avr. 2026 à 09:12, Anne Vasseur <anne@example.org> a écrit :"
BELOW = (
    f"{WROTE}\n\n{QUOTE}",
    f"Le 14 avr. 2026 à 09:12, Anne Vasseur\n<anne@example.org> a écrit :\n{QUOTE}",
    "-----Message d’origine-----\nDe : Anne",
    "De : Anne\nEnvoyé : mardi 14 avril 2026 09:12\nÀ : Lucie\nObjet : Peser",
    "________________________________\nFrom: Anne\nSent: Tuesday\nTo: Lucie\nSubject: Peser",
    "-- \nLucie Perrin\nLe Fournil",
    "Envoyé de mon iPhone",
    f"Envoyé de mon iPhone\n\n{WROTE}\n{QUOTE}",
)
# words without the signs by which programs mark what is not typed
LINE = st.text("abcdefghij éèàç,.!0123456789'’-:", max_size=60).map(str.strip)
LINES = st.lists(LINE, min_size=1, max_size=8).map("\n".join)


@given(LINES, st.sampled_from(BELOW))
def test_what_is_typed_above_is_never_lost(text: str, below: str) -> None:
    kept = typed(f"{text}\n\n{below}")
    assert kept.split() == text.split()


@given(LINES)
def test_a_text_without_quotation_stays_as_it_is(text: str) -> None:
    assert typed(text).split() == text.split()


def test_somebody_may_tell_of_a_letter_in_their_own_words() -> None:
    text = "Le 12 avril, Marc m’a écrit :\nnous sommes d’accord."
    assert typed(text) == text


def test_a_typed_list_of_figures_is_no_quotation() -> None:
    text = "Nos pesées :\n> 14 kg lundi\n> 12 kg mardi\nVoilà tout."
    assert typed(text) == text


def test_two_fields_alone_are_no_head_of_a_mail() -> None:
    text = "Le trajet :\nDe : Dijon\nÀ : Lyon\nCela irait ?"
    assert typed(text) == text


def test_flowed_lines_are_put_together_and_spaces_at_their_beginning_taken_off() -> None:
    assert unflowed("Une ligne \nqui continue.\n  retrait\n-- \nLucie") == (
        "Une ligne qui continue.\n retrait\n-- \nLucie"
    )
    assert unflowed("Don \naudampf", delsp=True) == "Donaudampf"


def test_hidden_text_and_comments_of_a_page_are_not_read() -> None:
    page = "<head><style>p{}</style></head><!-- non --><p>oui &amp; non</p><script>x</script>1 < 2"
    assert to_text(page) == "oui & non\n1 < 2"


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    _read(raw)


@given(
    st.sampled_from(sorted(MAILS.glob("*.eml"))),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=40)), max_size=6),
)
def test_a_broken_sample_is_read_or_refused(path: object, breaks: list[tuple[int, bytes]]) -> None:
    raw = path.read_bytes()  # type: ignore[attr-defined]
    for place, piece in breaks:
        raw = raw[: place % len(raw)] + piece + raw[place % len(raw) + len(piece) :]
    _read(raw)


def _read(raw: bytes) -> None:
    head = read_head(raw)
    assert len(head.fingerprint) == 64
    try:
        message = parse(raw)
        notice_of(message, head)
        assert "\x00" not in said(message).text
    except UnreadableError:
        return


_HTML = b"Content-Type: text/html\n\n"
_PARTS = b'Content-Type: multipart/mixed; boundary="b"\n\n'
SLOW: dict[str, Callable[[int], bytes]] = {
    "attributions": lambda n: (
        b"\n\n" + b"Le 14 avr. 2026 a 09:12, A <a@b> a \xc3\xa9crit :\n\n" * n
    ),
    "openings": lambda n: b"\n\n" + b"On dit\n" * n * 8,
    "heads": lambda n: b"\n\n" + b"De : a\n\n" * n * 8,
    "quotations": lambda n: b"\n\n" + b"> a\n" * n * 10,
    "tags": lambda n: _HTML + b"<div>" * n * 8,
    "comments": lambda n: _HTML + b"<!--" * n * 10,
    "brackets": lambda n: _HTML + b"<" * n * 40,
    "styles": lambda n: _HTML + b"<style>" * n * 6,
    "spaces": lambda n: _HTML + b" " * n * 40,
    "parts": lambda n: _PARTS + b"--b\n\na\n" * n * 4,
    "head lines": lambda n: b"X-A: b\n" * n * 6 + b"\n\n",
    "references": lambda n: b"References: " + b"<a@b> " * n * 6 + b"\n\n",
    "words of a subject": lambda n: b"Subject: " + b"=?utf-8?q?a?= " * n * 3 + b"\n\n",
    "numbers": lambda n: b"From: postmaster@a\nReturn-Path: <>\n\n" + b"5.1.1.1 550" * n * 4,
    "addresses": lambda n: b"From: postmaster@a\nReturn-Path: <>\n\n" + b"a@" * n * 20,
}


@pytest.mark.parametrize("name", SLOW)
def test_ten_times_the_size_takes_about_ten_times_as_long(name: str) -> None:
    """With room for a busy machine: what grows with the square would take a hundred times."""
    small, large = (min(_seconds(SLOW[name](n)) for _ in range(2)) for n in (1000, 10_000))
    assert large < 40 * small + 0.5


def _seconds(raw: bytes) -> float:
    began = time.process_time()
    _read(raw)
    return time.process_time() - began


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        (b"a" * (LARGEST + 1), Trouble.TOO_LARGE),
        (b"\n\n" + b"a" * 200_000, Trouble.TOO_LARGE),
        (b"Content-Type: message/rfc822\n\n" * (MOST_NESTED + 1), Trouble.INTRICATE),
        (b'Content-Type: text/plain; a="' + b";" * 5000 + b'"\n\n', Trouble.INTRICATE),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(raw: bytes, trouble: Trouble) -> None:
    with pytest.raises(UnreadableError) as refusal:
        said(parse(raw))
    assert refusal.value.trouble is trouble
