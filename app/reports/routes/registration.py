"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.core.viewer import Viewer
from app.reports.routes import home, plenary, published, records, search, today
from app.reports.routes.blueprint import reports
from app.web import navigation

# importing a page's file hangs its routes on the Blueprint
PAGES = (home, plenary, published, records, search, today)


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    app.register_blueprint(reports)
    navigation.register(
        app,
        navigation.Entry(10, "Aujourd’hui", "/aujourdhui", key="a"),
        navigation.Entry(
            60, "Rencontre annuelle", "/territoires/{territory}/rencontre-annuelle", key="n"
        ),
        navigation.Entry(68, "Fiches à recopier", "/territoires/{territory}/fiches", _follows),
    )


def _follows(viewer: Viewer, territory_id: int | None) -> bool:
    return territory_id in viewer.follows
