"""Hangs the operator's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.core.viewer import Viewer
from app.upkeep.routes import installation, operators, territories
from app.upkeep.routes.blueprint import operating
from app.web import navigation

# importing a page's file hangs its routes on the Blueprint
PAGES = (installation, operators, territories)


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    app.register_blueprint(operating)
    navigation.register(app, navigation.Entry(90, "Exploitation", "/exploitation", _operates))


def _operates(viewer: Viewer, _territory_id: int | None) -> bool:
    return viewer.is_operator
