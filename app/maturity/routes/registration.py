"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.core.viewer import Viewer
from app.frameworks.labels import percent
from app.maturity.labels import expected, label, missing, pill, reasons
from app.maturity.queries.proofs import steps_that_prove
from app.maturity.routes import (
    criterion,
    documents,
    evidence,
    next_steps,
    objectives,
    overview,
    programme,
    project,
)
from app.maturity.routes.blueprint import maturity
from app.maturity.rules import sees_what_a_project_proves
from app.plans import quick_entry
from app.web import navigation, panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (
    criterion,
    documents,
    evidence,
    next_steps,
    objectives,
    overview,
    programme,
    project,
)


def register(app: Flask) -> None:
    """Call once, after the gate is installed and after the plans' pages."""
    app.register_blueprint(maturity)
    quick_entry.register_hold(steps_that_prove)
    app.jinja_env.filters.update(
        maturity_label=label,
        maturity_pill=pill,
        maturity_reasons=reasons,
        maturity_missing=missing,
        maturity_outlook=expected,
        percent=percent,
    )
    navigation.register(
        app,
        navigation.Entry(50, "Maturité", "/territoires/{territory}/maturite", _follows, "m"),
    )
    panels.register(
        app,
        panels.Panel(
            "project",
            "maturite",
            "Maturité",
            "/projets/{public_id}/maturite",
            sees_what_a_project_proves,
        ),
    )


def _follows(viewer: Viewer, territory_id: int | None) -> bool:
    return territory_id in viewer.follows
