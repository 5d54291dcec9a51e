"""Hangs this room's pages, mail and answers on the application."""

from __future__ import annotations

from flask import Flask

from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings import registration as meetings


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    meetings.register(app)
    app.register_blueprint(initiatives)
