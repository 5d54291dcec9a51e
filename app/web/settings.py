"""The settings of this installation, for whoever serves a request or runs a command."""

from __future__ import annotations

from flask import current_app

from config import Settings


def settings() -> Settings:
    found: Settings = current_app.extensions["maillage_settings"]
    return found
