"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.rules import register_acquaintance
from app.accounts.services import belonging, merging
from app.core.viewer import Viewer
from app.plans import mails
from app.plans.acquaintance import PARTNERS
from app.plans.labels import label
from app.plans.merging import two_mentions, two_parts, two_uses
from app.plans.queries.needs import needed_by_projects
from app.plans.routes import (
    barriers,
    budget,
    comments,
    copying,
    describe,
    documents,
    flows,
    indicators,
    mine,
    my_projects,
    partners,
    patterns,
    plan,
    project,
    quick,
    stage,
    step,
    steps,
    targets,
    tracking,
    values,
    waiting,
)
from app.plans.routes.blueprint import plans
from app.plans.routes.drawn import my_step_row
from app.plans.rules import reads_money, reads_steps
from app.web import navigation, panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (
    barriers,
    budget,
    comments,
    copying,
    describe,
    documents,
    flows,
    indicators,
    mine,
    my_projects,
    partners,
    patterns,
    plan,
    project,
    quick,
    stage,
    step,
    steps,
    targets,
    tracking,
    waiting,
    values,
)

# what a project's page shows below its steps: name, title, who gets it
PANELS = tuple(
    panels.Panel("project", name, title, f"/projets/{{public_id}}/{name}", seen_by)
    for name, title, seen_by in (
        ("echanges", "Échanges", reads_steps),
        ("freins", "Freins", reads_steps),
        ("fiche", "Fiche de suivi", reads_money),
        ("indicateurs", "Indicateurs", lambda _viewer, _project: True),
        ("budget", "Budget et financements", reads_money),
        ("documents", "Documents", lambda _viewer, _project: True),
    )
)


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    register_acquaintance(PARTNERS)
    belonging.register_need(needed_by_projects)
    merging.register("partner", two_parts)
    merging.register("exchange", two_uses)
    merging.register("mention", two_mentions)
    mails.register(app.extensions["maillage_links"])
    app.register_blueprint(plans)
    app.jinja_env.filters["label"] = label
    app.jinja_env.globals["my_step_row"] = my_step_row
    navigation.register(
        app,
        navigation.Entry(20, "Plan d’action", "/territoires/{territory}/plan", key="p"),
        navigation.Entry(25, "Mes projets", "/mes-projets", _works_over_territories, "t"),
        navigation.Entry(30, "Mes étapes", "/mes-etapes", _has_steps, "e"),
    )
    for panel in PANELS:
        panels.register(app, panel)


def _works_over_territories(viewer: Viewer, _territory_id: int | None) -> bool:
    """A chamber's people, and whoever's organisations are of several territories."""
    return bool(viewer.organisations) and (viewer.advises or len(viewer.places) > 1)


def _has_steps(viewer: Viewer, _territory_id: int | None) -> bool:
    """All but those who only look on, in the name of the one organisation they belong to."""
    only_looks_on = bool(viewer.observes) and not viewer.animates and len(viewer.organisations) == 1
    return bool(viewer.organisations) and not only_looks_on
