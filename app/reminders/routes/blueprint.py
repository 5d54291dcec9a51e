"""The one Blueprint of this room; each page's file hangs its routes on it."""

from __future__ import annotations

from flask import Blueprint, current_app

from app.accounts.links import Links

reminders = Blueprint("reminders", __name__)


def links() -> Links:
    """The maker and reader of mailed addresses of this installation."""
    found: Links = current_app.extensions["maillage_links"]
    return found
