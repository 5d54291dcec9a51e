"""No parameter leads to another site, however a browser reads it."""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Page

from app.web.gate import safe_next
from tests.access.matrix import read

As = Callable[[str], FlaskClient]
PIECES = (  # what browsers drop, fold, or take for a slash
    "/", "//", "\\", "\t", "\n", "\r", " ", "\x00", "\x0b", "\u2028", "\u3002", "\uff0f", "\u2044", "\xa0", "\xad",
    ".", "..", "%2f", "%5c", "%09", "?", "#", "@", ":", ";", "https:", "HTTPS:", "http:", "javascript:", "data:", "x",
    "evil.example", "localhost", "[::1]", "e\u0301", "\u202e",
)  # fmt: skip
HOST = "localhost"


def host_in_a_browser(target: str) -> str | None:
    """Where a browser goes from our site (the WHATWG's rules), None for no address of the web."""
    text = target.strip("".join(map(chr, range(0x21))))
    text = "".join(c for c in text if c not in "\t\n\r").replace("\\", "/")
    scheme, colon, rest = text.partition(":")
    if (
        colon
        and scheme
        and scheme[0].isascii()
        and scheme[0].isalpha()
        and not set(scheme) & set("/?#")
    ):
        if scheme.lower() not in {"http", "https"}:
            return None
        own = scheme.lower() == "http" and not rest.startswith("/")
        return HOST if own else rest.lstrip("/").split("/")[0].split("?")[0].split("#")[0]
    if text.startswith("//"):
        return text.lstrip("/").split("/")[0].split("?")[0].split("#")[0]
    return HOST


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=8).map("".join))
@example("/\t/evil.example")
@example("/\\evil.example")
@example("http:evil.example")
@example("/" + "\u2028" + "/evil.example")
def test_what_is_followed_stays_on_this_site(target: str) -> None:
    followed = safe_next(target, "/home")
    assert followed in {target, "/home"}
    assert host_in_a_browser(followed) == HOST
    assert followed.startswith("/")
    assert followed.isprintable()


@given(st.from_regex(r"/[a-z0-9/_-]{0,20}(\?[a-z]=[a-z0-9%]{0,9})?", fullmatch=True))
def test_a_plain_path_is_followed(path: str) -> None:
    if not path.startswith("//"):
        assert safe_next(path, "/home") == path


def test_a_real_browser_agrees(page: Page) -> None:
    """Five thousand strings made of what browsers drop, fold and take for a slash."""
    chance = random.Random(2026)  # noqa: S311
    tried = {"".join(chance.choices(PIECES, k=chance.randint(1, 6))) for _ in range(5000)}
    followed = sorted(
        one for one in {*tried, *("/" + one for one in tried)} if safe_next(one, "") == one
    )
    assert len(followed) > 300
    page.goto("about:blank")
    origins = page.evaluate(
        "targets => targets.map(one => { try { return new URL(one, 'http://localhost/').origin }"
        " catch { return 'none' } })",
        followed,
    )
    led_away = [
        one for one, origin in zip(followed, origins, strict=True) if origin != "http://localhost"
    ]
    assert led_away == []


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"]
)
@pytest.mark.parametrize("name", ["next", "retour", "suite", "url", "to", "back", "redirect", "a"])
def test_no_parameter_of_any_page_leads_away(app: Flask, as_: As, name: str, target: str) -> None:
    anne = as_("Anne")
    for line in read():
        if "{" in line.address:
            continue
        address, _, asked = line.address.partition("?")
        query = dict(parse_qsl(asked)) | {name: target}
        with anne.open(
            address, method=line.method, query_string=query, data={name: target}
        ) as answer:
            for header in ("Location", "HX-Redirect"):
                led = answer.headers.get(header, "/")
                assert led.startswith("/") and not led.startswith(("//", "/\\")), (line, led)
