"""The one Blueprint of this room, and what its pages share: the plan, its day, what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request, url_for
from sqlalchemy.orm import joinedload

from app.core import clock
from app.overview.asked import StepFilter, query_of, read
from app.plans.models import ActionPlan
from app.plans.rules import visible_plans
from app.web.gate import fetch, viewer
from app.web.navigation import show_territory

overview = Blueprint("overview", __name__)


@dataclass(frozen=True)
class Way:
    """One of the ways to look at the plan, as a tab."""

    label: str
    href: str
    current: bool


def plan_here(public_id: str) -> ActionPlan:
    """The plan that the viewer sees; which of its steps they read is asked of each."""
    plan = fetch(visible_plans(viewer()).options(joinedload(ActionPlan.territory)), public_id)
    show_territory(plan.territory)
    return plan


def today_of(plan: ActionPlan) -> date:
    return clock.local_day(clock.now(), plan.territory.time_zone)


def asked_here() -> StepFilter:
    return read(request.args.items(multi=True))


def table_url(plan: ActionPlan, query: str = "") -> str:
    url = url_for("overview.table", public_id=plan.public_id)
    return f"{url}?{query}" if query else url


def ways(plan: ActionPlan, asked: StepFilter, current: str) -> list[Way]:
    """« Liste · Tableau · Calendrier »: the filters go along where they mean the same."""
    query = query_of(asked)
    suffix = f"?{query}" if query else ""
    calendar = url_for("overview.month", public_id=plan.public_id)
    return [
        Way("Liste", url_for("plans.plan_page", public_id=plan.territory.public_id), False),
        Way("Tableau", table_url(plan, query), current == "table"),
        Way("Calendrier", calendar + suffix, current == "month"),
    ]
