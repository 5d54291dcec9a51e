"""« La démarche »: its four stages as a path, each with what it needs; its zones."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from app.accounts.models import ActivityZone
from app.accounts.routes.blueprint import open_territory
from app.accounts.rules import visible_zones
from app.core import clock
from app.initiatives.conditions import following, need_of
from app.initiatives.forms.stages import PassForm, TickForm
from app.initiatives.kinds.stages import Known
from app.initiatives.labels.stages import TOWARDS, told
from app.initiatives.queries.campaigns import progress
from app.initiatives.queries.stages import Journey, journey
from app.initiatives.queries.zones import is_pilot_zone, leads_in, projects_in, zone_cards
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.rules.initiative import may_lead_initiative
from app.initiatives.rules.leads import reads_counts
from app.plans.models import ActionPlan
from app.plans.queries.plan import territory_plan
from app.plans.rules import visible_plans
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory

# where each thing that is counted is done: {territory}, {plan} and {zone} are public ids
PLACES = {
    Known.PILOT_ZONE: "/plans/{plan}/demarche#zones",
    Known.ZONE_RECORD: "/zones/{zone}",
    Known.STEERING: "/territoires/{territory}/rencontres",
    Known.CONTACTED: "/territoires/{territory}/campagnes",
    Known.GATHERINGS: "/territoires/{territory}/rencontres",
    Known.LEADS: "/territoires/{territory}/pistes",
    Known.WORKSHOPS: "/territoires/{territory}/rencontres",
    Known.GROUPS: "/territoires/{territory}/rencontres",
    Known.PLANNED: "/territoires/{territory}/plan",
    Known.COMMITMENTS: "/territoires/{territory}/plan",
    Known.GROUPS_MET: "/territoires/{territory}/rencontres",
    Known.RESULTS: "/territoires/{territory}/rencontres",
    Known.PLENARY: "/territoires/{territory}/rencontres",
    Known.OPERATIONAL: "/territoires/{territory}/plan",
    Known.HANDED_OVER: "/plans/{plan}/themes",
}


@initiatives.get("/territoires/<public_id>/demarche")
def territory_initiative(public_id: str) -> ResponseReturnValue:
    """The one of the running plan; the plan's page where there is none yet."""
    plan = db.session.scalar(territory_plan(viewer(), public_id))
    if plan is None:
        open_territory(public_id)
        return leave_to(url_for("plans.plan_page", public_id=public_id))
    return leave_to(url_for("initiatives.initiative", public_id=plan.public_id))


@initiatives.get("/plans/<public_id>/demarche")
def initiative(public_id: str) -> ResponseReturnValue:
    """The page; what the plan's page shows of it is its first lines."""
    plan = open_plan_of(public_id)
    if wants_fragment():
        stands = _stands(plan)
        return fragment("initiatives/demarche/_strip.html", plan=plan, **_words(plan, stands))
    return page_of(plan)


def open_plan_of(public_id: str, *, to_lead: bool = False) -> ActionPlan:
    """The plan with its territory: 404 where it is not seen, 403 for who may not lead."""
    query = visible_plans(viewer()).options(joinedload(ActionPlan.territory))
    plan = fetch(query, public_id, may_lead_initiative if to_lead else None)
    show_territory(plan.territory)
    return plan


def page_of(
    plan: ActionPlan,
    status: int = 200,
    *,
    ticking: TickForm | None = None,
    passing: PassForm | None = None,
) -> ResponseReturnValue:
    """The whole page, with what was typed where it could not be taken."""
    stands = _stands(plan)
    page = render_template(
        "initiatives/demarche/page.html",
        plan=plan,
        territory=plan.territory,
        cards=zone_cards(db.session(), viewer(), plan),
        today=clock.local_day(clock.now(), plan.territory.time_zone),
        ticking=ticking,
        passing=passing,
        need_of=need_of,
        towards=TOWARDS,
        following=following(stands.stage),
        sees_all=_sees_all(plan.territory_id),
        **_words(plan, stands),
    )
    return page, status


def _stands(plan: ActionPlan) -> Journey:
    return journey(db.session(), plan, clock.local_day(clock.now(), plan.territory.time_zone))


def _words(plan: ActionPlan, stands: Journey) -> dict[str, Any]:
    found = stands.initiative
    zone = found.pilot_zone if found else None
    return {
        "journey": stands,
        "pilot_zone": zone,
        "told": told,
        "may_lead": may_lead_initiative(viewer(), plan),
        "places": {
            known: path.format(
                plan=plan.public_id,
                territory=plan.territory.public_id,
                zone=zone.public_id if zone else "",
            )
            for known, path in PLACES.items()
            if zone or known is not Known.ZONE_RECORD
        },
    }


@initiatives.get("/zones/<public_id>/demarche")
def zone_in_initiative(public_id: str) -> ResponseReturnValue:
    """What a zone's page shows of the démarche there."""
    zone = fetch(visible_zones(viewer()).options(joinedload(ActivityZone.territory)), public_id)
    show_territory(zone.territory)
    animates = zone.territory_id in viewer().animates
    campaigns = progress(db.session(), zone.territory_id) if animates else []
    context = {
        "zone": zone,
        "territory": zone.territory,
        "is_pilot": is_pilot_zone(db.session(), zone),
        "projects": projects_in(db.session(), viewer(), zone),
        "leads": leads_in(db.session(), viewer(), zone),
        "reads_leads": not reads_counts(viewer(), zone.territory_id),
        "campaigns": [one for one in campaigns if one.campaign.zone_id == zone.id],
        "animates": animates,
        "sees_all": _sees_all(zone.territory_id),
    }
    if wants_fragment():
        return fragment("initiatives/demarche/_zone.html", **context)
    return render_template("initiatives/demarche/zone.html", **context)


def _sees_all(territory_id: int) -> bool:
    """Whether « no project » is true: others see but some of them."""
    return viewer().is_operator or territory_id in viewer().follows
