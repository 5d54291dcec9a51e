"""Hangs this room's pages and its mail on the application."""

from __future__ import annotations

from flask import Flask

from app.core.viewer import Viewer
from app.inbox import mails
from app.inbox.routes import operator, pilot
from app.inbox.routes.blueprint import inbox
from app.web import navigation

# importing a page's file hangs its routes on the Blueprint
PAGES = (operator, pilot)


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    mails.register(app.extensions["maillage_links"])
    app.register_blueprint(inbox)
    if app.extensions["maillage_settings"].inbox_address is None:
        # nothing ever comes in: the page says so to whoever finds it
        return
    navigation.register(
        app, navigation.Entry(68, "Courrier reçu", "/territoires/{territory}/courrier", _animates)
    )


def _animates(viewer: Viewer, territory_id: int | None) -> bool:
    return territory_id in viewer.animates
