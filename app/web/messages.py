"""Messages that lead somewhere."""

from __future__ import annotations

from flask import flash
from markupsafe import Markup, escape

_LINK = Markup(' <a class="button button--small" href="{url}">{word}</a>')


def flash_with_link(text: str, url: str, word: str) -> None:
    """Say something, and where to go on with it."""
    flash(escape(text) + _LINK.format(url=url, word=word), "info")
