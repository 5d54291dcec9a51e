"""The themes of a plan with who drives each: a panel of the plan's page, and a page of its own."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from app.agreements.queries.themes import themes_of
from app.agreements.routes.blueprint import agreements
from app.agreements.rules import may_see_themes
from app.core import clock
from app.plans.models import ActionPlan
from app.plans.rules import visible_plans
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, wants_fragment
from app.web.navigation import show_territory


@agreements.get("/plans/<public_id>/themes")
def themes(public_id: str) -> ResponseReturnValue:
    plan = fetch(
        visible_plans(viewer()).options(joinedload(ActionPlan.territory)),
        public_id,
        may_see_themes,
    )
    show_territory(plan.territory)
    context = {
        "plan": plan,
        "territory": plan.territory,
        "themes": themes_of(db.session(), viewer(), plan, clock.now()),
    }
    if wants_fragment():
        return fragment("agreements/_themes.html", **context)
    return render_template("agreements/themes.html", **context)
