"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.services import merging
from app.overview.merging import two_feeds, two_views
from app.overview.routes import bulk, calendar, feeds, saved, table
from app.overview.routes.blueprint import overview
from app.web import panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (bulk, calendar, feeds, saved, table)


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    merging.register("saved_view", two_views)
    merging.register("calendar_feed", two_feeds)
    app.register_blueprint(overview)
    panels.register(
        app,
        panels.Panel("account", "calendrier", "Mon calendrier", "/compte/calendrier", _anybody),
    )
    panels.register(
        app,
        panels.Panel(
            "project",
            "agenda",
            "Dans mon agenda",
            "/projets/{public_id}/calendrier",
            _anybody,
        ),
    )


def _anybody(_viewer: object, _subject: object) -> bool:
    return True
