"""Hangs this room's pages on the application, with the words and undos of the rooms below."""

from __future__ import annotations

from flask import Flask

from app.core.viewer import Viewer
from app.logbook.routes import pages, people, undo
from app.logbook.routes.blueprint import logbook
from app.logbook.undoing import registry
from app.logbook.undoing.figures import FIGURES_UNDO
from app.logbook.undoing.places import (
    CRITERION_UNDO,
    EVIDENCE_UNDO,
    PATIENCE_UNDO,
    POLICY_UNDO,
    RELANCES_UNDO,
)
from app.logbook.undoing.projects import FLOW_RESTORE, PARTNER_UNDO, PROJECT_UNDO
from app.logbook.undoing.steps import STEP_UNDO
from app.logbook.words import lexicon
from app.logbook.words.vocabulary import VOCABULARY
from app.web import navigation, panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (pages, people, undo)
UNDOS = (
    STEP_UNDO,
    PROJECT_UNDO,
    PARTNER_UNDO,
    FLOW_RESTORE,
    PATIENCE_UNDO,
    POLICY_UNDO,
    RELANCES_UNDO,
    CRITERION_UNDO,
    EVIDENCE_UNDO,
    *FIGURES_UNDO,
)


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    lexicon.register(*VOCABULARY)
    registry.register(*UNDOS)
    app.register_blueprint(logbook)
    navigation.register(
        app, navigation.Entry(70, "Journal", "/territoires/{territory}/journal", _follows, "l")
    )
    panels.register(
        app,
        panels.Panel(
            "project",
            "journal",
            "Journal",
            "/projets/{public_id}/journal?apercu=1",
            lambda _viewer, _project: True,
        ),
    )


def _follows(viewer: Viewer, territory_id: int | None) -> bool:
    return viewer.is_operator or territory_id in viewer.follows
