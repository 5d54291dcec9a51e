"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.frameworks.labels import further_keys, plain, weight
from app.frameworks.routes.pages import frameworks


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    app.register_blueprint(frameworks)
    app.jinja_env.filters["framework_text"] = plain
    app.jinja_env.filters["framework_keys"] = further_keys
    app.jinja_env.globals["framework_weight"] = weight
