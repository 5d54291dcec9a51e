"""The token against forged requests, signed once a minute for each session.

Signing it anew for every page takes as long as reading one of its tables.
"""

from __future__ import annotations

import functools
import time

from flask import Flask, current_app, session
from flask_wtf.csrf import generate_csrf

TOKENS_KEPT = 512
SECONDS_KEPT = 60


def install(app: Flask) -> None:
    """Call after Flask-WTF, whose `csrf_token` this one stands for in templates and macros."""
    app.jinja_env.globals["csrf_token"] = token
    app.context_processor(lambda: {"csrf_token": token})


def token() -> str:
    """What the forms of this session send along."""
    own = session.get("csrf_token")
    if own is None:
        return str(generate_csrf())
    return _signed(str(current_app.secret_key), own, int(time.time()) // SECONDS_KEPT)


@functools.lru_cache(TOKENS_KEPT)
def _signed(_key: str, _own: str, _minute: int) -> str:
    """By what the session holds now, which is what the token was kept under."""
    return str(generate_csrf())
