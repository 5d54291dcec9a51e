"""« Annuler » in the message that says what was done, and where its button leads back to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.web.gate import safe_next

# the button belongs to the page's form « act », which carries the token of CSRF
_BUTTON = Markup(
    ' <button class="button button--small" form="act" formaction="{url}">{word}</button>'
)


def flash_with_undo(text: str, url: str) -> None:
    """Say what was done; a tap on the message takes it back, without script as well."""
    flash(escape(text) + _BUTTON.format(url=url, word=_("Annuler")), "success")


def way_back(otherwise: str) -> str:
    """Where to go on: what the form or the address asks for (`suite`), else another page."""
    return safe_next(request.values.get("suite"), otherwise)


def came_from(otherwise: str) -> str:
    """The page of this site that sent the request, as far as the browser says so."""
    try:
        page = urlsplit(request.referrer or "")
    except ValueError:
        return otherwise
    if page.netloc != request.host:
        return otherwise
    return safe_next(f"{page.path}?{page.query}" if page.query else page.path, otherwise)
