"""What the forms that open a project offer to choose from."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import ActivityZone
from app.plans.models import ActionPlan, Theme
from app.web.database import db
from app.web.gate import viewer


def places(plan: ActionPlan) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The axes of a plan and the zones of its territory."""
    themes = db.session.execute(
        select(Theme.id, Theme.title).where(Theme.plan_id == plan.id).order_by(Theme.rank)
    )
    zones = db.session.execute(
        select(ActivityZone.id, ActivityZone.name)
        .where(ActivityZone.territory_id == plan.territory_id)
        .order_by(ActivityZone.name)
    )
    return [(row[0], row[1]) for row in themes], [(row[0], row[1]) for row in zones]


def possible_leads(plan: ActionPlan, organisations: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Who may be named as lead: any organisation by those who animate, else one's own."""
    if plan.territory_id in viewer().animates:
        own = [pair for pair in organisations if pair[0] in viewer().organisations]
        return own + [pair for pair in organisations if pair not in own]
    return [pair for pair in organisations if pair[0] in viewer().organisations]
