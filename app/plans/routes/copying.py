"""A project once more elsewhere, or what a zone has of a plan in another zone."""

from __future__ import annotations

from datetime import date, timedelta

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.accounts.kinds import OrganisationKind
from app.accounts.models import ActivityZone
from app.core import clock
from app.core.calendar import next_working_day
from app.plans.forms.starting import CopyForm, RollOutForm
from app.plans.kinds import PartnerState
from app.plans.models import ActionPlan, Project
from app.plans.queries.patterns import WHOLE, copyable_projects
from app.plans.queries.project import organisations_of
from app.plans.routes.blueprint import plans, today_in
from app.plans.routes.offering import places, possible_leads
from app.plans.rules import (
    may_copy_project,
    may_roll_out,
    proposable_plans,
    visible_plans,
    visible_projects,
)
from app.plans.services.starting import copy_project, first_day
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory

# what a zone's firms do is done by other firms in another zone; these stay the same
EVERYWHERE = (OrganisationKind.COLLECTIVITE, OrganisationKind.CHAMBER, OrganisationKind.ASSOCIATION)


@plans.route("/projets/<public_id>/copier", methods=["GET", "POST"])
def copy_one(public_id: str) -> ResponseReturnValue:
    source = fetch(visible_projects(viewer()).options(*WHOLE), public_id, may_copy_project)
    plan = db.session.scalar(proposable_plans(viewer()).where(ActionPlan.id == source.plan_id))
    if plan is None:
        abort(403)
    show_territory(plan.territory)
    form = _copy_form(source, plan)
    if form.validate_on_submit():
        assert form.starts_on.data is not None
        made = copy_project(
            db.session(),
            source,
            plan,
            title=form.title.data or "",
            zone=_zone(form.zone_id.data),
            starts_on=form.starts_on.data,
            keep=form.keep.data or [],
            lead_organisation_id=form.lead_organisation_id.data,
            now=clock.now(),
        )
        db.session.commit()
        flash(_("La copie est un brouillon : relisez qui fait quoi, puis lancez-la."), "success")
        return leave_to(url_for("plans.project", public_id=made.public_id))
    status = 422 if request.method == "POST" else 200
    return render_template("plans/copy_project.html", project=source, form=form), status


def _copy_form(source: Project, plan: ActionPlan) -> CopyForm:
    partners = [p for p in source.partners if p.state is not PartnerState.RETIRED]
    leads = possible_leads(plan, organisations_of(db.session(), plan.territory_id))
    present = {p.organisation_id for p in partners}
    leads.sort(key=lambda pair: pair[0] not in present)
    form = CopyForm(
        data={
            "title": source.title,
            "starts_on": _soon(plan),
            "zone_id": source.zone_id or 0,
            "keep": [p.organisation_id for p in partners],
        }
    )
    _themes, zones = places(plan)
    form.offer(zones, leads, [(p.organisation_id, p.organisation.name) for p in partners])
    return form


def _soon(plan: ActionPlan) -> date:
    zone = plan.territory.holiday_zone
    return next_working_day(today_in(plan.territory) + timedelta(days=1), zone)


def _zone(zone_id: int | None) -> ActivityZone | None:
    return db.session.get(ActivityZone, zone_id) if zone_id else None


@plans.route("/plans/<public_id>/deployer", methods=["GET", "POST"])
def roll_out(public_id: str) -> ResponseReturnValue:
    """Begun with one pilot zone, then in the others (the démarche's four stages)."""
    plan = fetch(visible_plans(viewer()), public_id, may_roll_out)
    show_territory(plan.territory)
    projects = _of_zone(copyable_projects(db.session(), viewer(), plan))
    form = RollOutForm(
        data={
            "starts_on": _soon(plan),
            "project_ids": [p.id for p in projects],
            "zone_id": _asked_zone("vers"),
        }
    )
    _themes, zones = places(plan)
    leads = possible_leads(plan, organisations_of(db.session(), plan.territory_id))
    form.offer(zones, leads, [(project.id, project.title) for project in projects])
    if form.validate_on_submit():
        made = _roll_out(plan, [p for p in projects if p.id in form.project_ids.data], form)
        db.session.commit()
        flash(
            ngettext(
                "%(num)d projet est prêt en brouillon dans la zone.",
                "%(num)d projets sont prêts en brouillon dans la zone.",
                made,
            ),
            "success",
        )
        return leave_to(url_for("plans.plan_page", public_id=plan.territory.public_id))
    status = 422 if request.method == "POST" else 200
    return render_template(
        "plans/roll_out.html", plan=plan, form=form, zones=zones, asked=_asked_zone()
    ), status


def _asked_zone(name: str = "depuis") -> int | None:
    value = request.args.get(name, "")
    return int(value) if value.isdecimal() and value.isascii() and len(value) <= 18 else None


def _of_zone(projects: list[Project]) -> list[Project]:
    asked = _asked_zone()
    return [one for one in projects if asked is None or one.zone_id == asked]


def _roll_out(plan: ActionPlan, chosen: list[Project], form: RollOutForm) -> int:
    zone = db.session.scalars(
        select(ActivityZone).where(ActivityZone.id == form.zone_id.data)
    ).one()
    assert form.starts_on.data is not None
    since = first_day(chosen)
    for source in chosen:
        copy_project(
            db.session(),
            source,
            plan,
            title=_("%(title)s – %(zone)s", title=source.title[:120], zone=zone.name)[:200],
            zone=zone,
            starts_on=form.starts_on.data,
            since=since,
            keep=[
                p.organisation_id
                for p in source.partners
                if p.state is not PartnerState.RETIRED and p.organisation.kind in EVERYWHERE
            ],
            lead_organisation_id=form.lead_organisation_id.data,
            now=clock.now(),
        )
    return len(chosen)
