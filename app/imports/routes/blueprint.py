"""The one Blueprint of this room, and what its pages share."""

from __future__ import annotations

from datetime import date

from flask import Blueprint
from sqlalchemy.orm import joinedload

from app.core import clock
from app.imports.models import Import
from app.imports.queries import importable_plans, visible_imports
from app.plans.models import ActionPlan
from app.web.gate import fetch, viewer
from app.web.navigation import show_territory

imports = Blueprint("imports", __name__)


def plan_of(public_id: str) -> ActionPlan:
    """404 for whoever does not animate its territory: they need not know of this page."""
    plan = fetch(importable_plans(viewer()), public_id)
    show_territory(plan.territory)
    return plan


def import_of(public_id: str) -> Import:
    query = visible_imports(viewer()).options(
        joinedload(Import.territory), joinedload(Import.plan), joinedload(Import.brought_by)
    )
    found = fetch(query, public_id)
    show_territory(found.territory)
    return found


def today_of(found: Import | ActionPlan) -> date:
    return clock.local_day(clock.now(), found.territory.time_zone)


def usual_lead(plan: ActionPlan) -> int | None:
    """Who carries what names nobody: the plan's own lead, else the pilot's organisation."""
    if plan.lead_organisation_id:
        return plan.lead_organisation_id
    return min(viewer().organisations, default=None)
