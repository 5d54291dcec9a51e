"""Hangs this room's pages, mail and answers on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.services.merging import clashes as merging
from app.core.viewer import Viewer
from app.initiatives.labels.leads import why_together
from app.initiatives.merging import two_contacts
from app.initiatives.queries.steps import steps_spoken_of
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.campaigns import pages
from app.initiatives.routes.demarche import deeds
from app.initiatives.routes.demarche import pages as stages
from app.initiatives.routes.leads import catalogue, deciding
from app.initiatives.routes.meetings import registration as meetings
from app.initiatives.routes.notes import following, reading, writing
from app.initiatives.rules.notes import opens_notes_of
from app.plans import quick_entry
from app.web import navigation, panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (pages, catalogue, deciding, deeds, following, reading, stages, writing)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    meetings.register(app)
    app.register_blueprint(initiatives)
    quick_entry.register_hold(steps_spoken_of)
    app.jinja_env.filters["why_together"] = why_together
    merging.register("campaign_contact", two_contacts)
    merging.register("opportunity_organisation", merging.same_thing)
    navigation.register(
        app,
        navigation.Entry(22, "Pistes", "/territoires/{territory}/pistes", _takes_part),
        navigation.Entry(66, "La démarche", "/territoires/{territory}/demarche", key="d"),
    )
    navigation.register_action(
        app, navigation.Entry(0, "Noter un appel", "/notes/nouvelle", _follows_up)
    )
    _show_initiative(app)
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


def _show_initiative(app: Flask) -> None:
    """Where the démarche stands, above the plan and on the page of a zone."""
    for page, path in (("plan_head", "/plans"), ("zone", "/zones")):
        panel = panels.Panel(
            page, "demarche", "La démarche", f"{path}/{{public_id}}/demarche", lambda _v, _s: True
        )
        panels.register(app, panel)


def _follows_up(viewer: Viewer, _territory_id: int | None) -> bool:
    """Those whose trade it is to call: who animates, and advisers of a chamber."""
    return bool(viewer.animates) or viewer.advises


def _takes_part(viewer: Viewer, territory_id: int | None) -> bool:
    """Whoever has a role there or an organisation; the operator is no party."""
    return territory_id in viewer.follows or bool(viewer.organisations)
