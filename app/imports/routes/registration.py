"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.imports.queries import steps_of_rows
from app.imports.routes import bringing, preview
from app.imports.routes.blueprint import imports
from app.plans import quick_entry

# importing a page's file hangs its routes on the Blueprint
PAGES = (bringing, preview)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    app.register_blueprint(imports)
    quick_entry.register_hold(steps_of_rows)
