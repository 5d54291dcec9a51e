"""The one Blueprint of this room; each page's file hangs its routes on it."""

from __future__ import annotations

from flask import Blueprint, current_app, request

from app.accounts.links import Links
from app.accounts.services.directory import Directory

accounts = Blueprint("accounts", __name__)


def links() -> Links:
    """The maker and reader of mailed addresses of this installation."""
    found: Links = current_app.extensions["maillage_links"]
    return found


def directory() -> Directory | None:
    """The open directory of companies, where this installation may ask it."""
    found: Directory | None = current_app.extensions["maillage_directory"]
    return found


def browser() -> str | None:
    """What the visitor's browser calls itself."""
    return request.user_agent.string or None
