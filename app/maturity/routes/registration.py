"""Hangs this room's pages on the application."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from app.core.clock import local_day
from app.core.french import plain_date, short_date
from app.core.viewer import Viewer
from app.frameworks.labels import percent, summed_up, weight_change, what_changed
from app.maturity.labels import (
    contrary,
    counted,
    gain,
    label,
    missing,
    percent_gain,
    pill,
    points,
    reasons,
    told_sentences,
    why_asked,
)
from app.maturity.queries.proofs import steps_that_prove
from app.maturity.routes import (
    criterion,
    documents,
    evidence,
    new_text,
    next_steps,
    objectives,
    over_time,
    overview,
    programme,
    programme_years,
    project,
    side_by_side,
    status_back,
    taking_over,
)
from app.maturity.routes.blueprint import maturity
from app.maturity.rules import (
    compares_territories,
    may_share_reading,
    sees_what_a_project_proves,
)
from app.maturity.telling import (
    brings,
    expected,
    gained,
    in_parts,
    level_reason,
    missing_to,
    promise_day,
    promise_word,
    score_reasons,
    share_reasons,
    thanks_to,
    unplanned,
)
from app.plans import quick_entry
from app.web import navigation, panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (
    criterion,
    documents,
    evidence,
    new_text,
    next_steps,
    objectives,
    over_time,
    overview,
    programme,
    programme_years,
    project,
    side_by_side,
    status_back,
    taking_over,
)


def register(app: Flask) -> None:
    """Call once, after the gate is installed and after the plans' pages."""
    app.register_blueprint(maturity)
    quick_entry.register_hold(steps_that_prove)
    _words(app)
    _places(app)


def _words(app: Flask) -> None:
    """What templates say by filters."""
    app.jinja_env.filters.update(
        maturity_label=label,
        maturity_pill=pill,
        maturity_reasons=reasons,
        maturity_contrary=contrary,
        maturity_missing=missing,
        maturity_outlook=expected,
        maturity_gained=gained,
        maturity_thanks_to=thanks_to,
        maturity_promise=promise_word,
        maturity_promise_day=promise_day,
        maturity_unplanned=unplanned,
        maturity_missing_to=missing_to,
        maturity_brings=brings,
        maturity_parts=in_parts,
        maturity_level_reason=level_reason,
        maturity_score_reasons=score_reasons,
        maturity_share_reasons=share_reasons,
        maturity_sentences=told_sentences,
        maturity_day=_day,
        maturity_full_day=_full_day,
        maturity_gain=gain,
        maturity_points=points,
        maturity_why_asked=why_asked,
        maturity_percent_gain=percent_gain,
        percent=percent,
        text_summed_up=summed_up,
        text_what_changed=what_changed,
        text_weight_change=weight_change,
    )
    app.jinja_env.globals["maturity_counted"] = counted


def _places(app: Flask) -> None:
    """Where the pages are reached from, and the parts that others show."""
    navigation.register(
        app,
        navigation.Entry(50, "Maturité", "/territoires/{territory}/maturite", _follows, "m"),
        navigation.Entry(69, "Niveaux côte à côte", "/maturite/cote-a-cote", _compares),
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
    panels.register(
        app,
        panels.Panel(
            "territory_settings",
            "lecture-partagee",
            "Niveaux lus à côté d’autres territoires",
            "/territoires/{public_id}/maturite/lecture-partagee",
            may_share_reading,
        ),
    )


def _day(at: datetime, zone: str) -> str:
    """« 5 déc. 2025 », on the territory's calendar."""
    return short_date(local_day(at, zone))


def _full_day(at: datetime, zone: str) -> str:
    """« 5 décembre 2025 », on the territory's calendar."""
    return plain_date(local_day(at, zone))


def _compares(viewer: Viewer, _territory_id: int | None) -> bool:
    return compares_territories(viewer)


def _follows(viewer: Viewer, territory_id: int | None) -> bool:
    return territory_id in viewer.follows
