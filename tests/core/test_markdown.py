"""Markdown that people write becomes HTML that can do no harm."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.core.markdown import to_html

ALLOWED = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "pre", "hr"} | {
    f"h{level}" for level in range(2, 7)
}
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=:)")


class Seen(HTMLParser):
    """Every tag with its attributes, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def scheme_of(href: str) -> str:
    """As browsers read it: they drop tabs and line breaks, and spaces in front."""
    found = SCHEME.match(re.sub(r"[\t\r\n]", "", href).strip().lower())
    return found[0] if found else ""


def test_what_people_write_is_laid_out() -> None:
    html = to_html("Un **gros** four :\n\n- pains\n- brioches\n\n## Suite\nligne\nautre")
    assert isinstance(html, Markup)
    for part in ("<strong>gros</strong>", "<li>pains</li>", "<h2>Suite</h2>", "ligne<br>"):
        assert part in html


def test_a_link_leads_outside_without_telling_where_from() -> None:
    assert to_html("[ici](https://example.org/a?b=c)") == (
        '<p><a href="https://example.org/a?b=c" rel="noopener noreferrer nofollow">ici</a></p>'
    )


@pytest.mark.parametrize(
    "written",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://tracker.example/pixel.png)",
        "<a href='https://a.example' onclick='x()' style='position:fixed' target=_top>x</a>",
        "<iframe src=https://a.example></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<form action=https://a.example><input name=password></form>",
        "<p id=messages class=message>faux message</p>",
        "<style>*{display:none}</style>",
    ],
)
def test_nothing_that_acts_loads_or_disguises_gets_through(written: str) -> None:
    html = to_html(written)
    for tag, attributes in Seen(html).tags:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "rel"}
        assert scheme_of(attributes.get("href") or "") in ("", "https", "http", "mailto", "tel")
    assert "alert(1)</script>" not in html
    assert "display:none" not in html


@given(st.text(st.sampled_from("<>&\"'/=ab javscript:()[]!#*_`\n\t-+.>1x"), max_size=60))
def test_no_text_whatever_lets_another_tag_through(written: str) -> None:
    for tag, attributes in Seen(to_html(written)).tags:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "rel"}


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_page(written: str) -> None:
    to_html(written)


def test_plain_text_stays_what_it_is() -> None:
    assert to_html("5 < 7 & 7 > 5") == "<p>5 &lt; 7 &amp; 7 &gt; 5</p>"
    assert to_html("") == ""
