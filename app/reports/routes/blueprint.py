"""The one Blueprint of this room, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, current_app

from config import Settings

reports = Blueprint("reports", __name__)


def settings() -> Settings:
    """The settings of this installation."""
    found: Settings = current_app.extensions["maillage_settings"]
    return found
