"""Hangs this room's pages, mail and answers on the application."""

from __future__ import annotations

from flask import Flask

from app.core.viewer import Viewer
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.notes import following, reading, writing
from app.initiatives.rules.notes import opens_notes_of
from app.web import navigation, panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (following, reading, writing)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    app.register_blueprint(initiatives)
    navigation.register_action(
        app, navigation.Entry(0, "Noter un appel", "/notes/nouvelle", _follows_up)
    )
    panels.register(
        app,
        panels.Panel(
            "organisation",
            "notes",
            "Appels, visites, notes",
            "/organisations/{public_id}/notes",
            opens_notes_of,
        ),
    )


def _follows_up(viewer: Viewer, _territory_id: int | None) -> bool:
    """Those whose trade it is to call: who animates, and advisers of a chamber."""
    return bool(viewer.animates) or viewer.advises
