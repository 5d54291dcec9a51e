"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.routes import sign_in
from app.accounts.routes.blueprint import accounts

# importing a page's file hangs its routes on the Blueprint
PAGES = (sign_in,)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    app.register_blueprint(accounts)
