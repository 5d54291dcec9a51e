"""Leaving for another site, with the visitor in sight of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import render_template
from flask.typing import ResponseReturnValue

from app.web.htmx import leave_to, wants_fragment


def leave_for(address: str) -> ResponseReturnValue:
    """A page that leads on by itself.

    The policy of our pages lets forms lead to this site alone, also by a redirect; so the way to
    a provider is a page's, not a form's.
    """
    if wants_fragment():
        return leave_to(address)
    return render_template(
        "accounts/leaving.html", address=address, host=urlsplit(address).hostname
    )
