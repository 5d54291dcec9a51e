"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.services import merging
from app.files.labels import kind_label, weight
from app.files.merging import one_file
from app.files.routes import document
from app.files.routes.blueprint import files
from app.files.store import FOLDER, Store
from config import Settings

# importing a page's file hangs its routes on the Blueprint
PAGES = (document,)


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    settings: Settings = app.extensions["maillage_settings"]
    app.extensions["maillage_store"] = Store(settings.data_dir / FOLDER)
    app.register_blueprint(files)
    merging.register("document", one_file)
    app.jinja_env.filters.update(kind_label=kind_label, weight=weight)
