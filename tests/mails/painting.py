"""Mails as a browser shows them, in the ways that mail programs do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]
PHONE, DESK = 360, 700
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
_UNKNOWN_TO_WORD = re.compile(r"(?:border-radius|max-width|display|opacity|max-height):[^;\"]*;?")
_CONDITIONAL = re.compile(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", re.DOTALL)


def without_style(html: str) -> str:
    """As programs show it that drop the style sheet in the head."""
    return _STYLE.sub("", html)


def as_in_word(html: str) -> str:
    """Roughly as Outlook’s Word engine: its own parts, no style sheet; padding on cells alone, no
    rounded corner, no block, no largest width."""
    shown = _CONDITIONAL.sub(r"\1", without_style(html))
    shown = re.sub("<!--.*?-->|<xml>.*?</xml>", "", shown, flags=re.DOTALL)
    shown = _UNKNOWN_TO_WORD.sub("", shown)
    shown = re.sub(r"(<(?!td)[a-z0-9]+ [^>]*?[\" ;])padding:[^;\"]*;?", r"\1", shown)
    return shown.replace("mso-padding-alt", "padding").replace("mso-hide: all", "display: none")


@dataclass(frozen=True)
class View:
    """One way to look at a mail."""

    name: str
    width: int
    scheme: Scheme = "light"


VIEWS = (
    View("360-light", PHONE),
    View("360-dark", PHONE, "dark"),
    View("700-light", DESK),
    View("700-dark", DESK, "dark"),
)


def shown(browser: Browser, html: str, view: View) -> Page:
    """The mail in a page of its own; close its context afterwards."""
    context = browser.new_context(
        viewport={"width": view.width, "height": 800},
        color_scheme=view.scheme,
        locale="fr-FR",
    )
    page = context.new_page()
    page.set_content(html)
    return page
