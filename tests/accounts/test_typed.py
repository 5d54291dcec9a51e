"""What people type or paste: addresses, lines of text, and what browsers call themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.addresses import clean_email
from app.accounts.browsers import describe_browser
from app.accounts.typed import stripped


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Lucie@Example.ORG ", "lucie@example.org"),
        ("l.perrin+maillage@le-fournil.fr", "l.perrin+maillage@le-fournil.fr"),
        ("lucie", None),
        ("lucie@", None),
        ("@example.org", None),
        ("lucie@localhost", None),
        ("lucie@@example.org", None),
        ("lucie @example.org", None),
        ("lucie..p@example.org", None),
        ("lucie@-example.org", None),
        ("lucie@example.org\nBcc: all@example.org", None),
        ("Lucie <lucie@example.org>", None),
        ("lucie@exa\x00mple.org", None),
        ("lucié@example.org", None),
        ("a" * 250 + "@example.org", None),
    ],
)
def test_an_address_has_one_spelling(typed: str, stored: str | None) -> None:
    assert clean_email(typed) == stored


@given(st.text())
def test_no_text_breaks_the_reading_of_an_address(typed: str) -> None:
    stored = clean_email(typed)
    assert stored is None or (stored == clean_email(stored) and stored.isascii())


@given(st.text())
def test_a_line_stays_a_line(typed: str) -> None:
    line = stripped(typed)
    assert line is None or (
        line.splitlines() == [line] and line == stripped(line) and "\x00" not in line
    )


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0",
            "Firefox, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/129.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/129.0 Safari/537.36 Edg/129.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Linux"),
        ("curl/8.0", ""),
        (None, ""),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(user_agent: str | None, said: str) -> None:
    assert describe_browser(user_agent) == said
