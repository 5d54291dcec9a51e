"""Flows: what partners propose and look for. Quantities stay between those who carry it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from app.core import clock
from app.core.viewer import Viewer
from app.plans.forms.fields import offer_organisations
from app.plans.forms.flows import FlowForm
from app.plans.kinds import FlowDirection, PartnerState, ResourceKind
from app.plans.models import Flow, Project
from app.plans.queries.project import organisations_of
from app.plans.routes.blueprint import (
    partners_first,
    plans,
    project_to_change,
    usual_organisation,
)
from app.plans.rules import (
    CARRYING,
    may_declare_flow,
    may_open_flow,
    may_remove_flow,
    visible_flows,
)
from app.plans.services.steps import declare_flow, open_flow
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory


@plans.route("/projets/<public_id>/flux/nouveau", methods=["GET", "POST"])
def new_flow(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_declare_flow)
    form = FlowForm(data={"organisation_id": usual_organisation(project)})
    declarers = partners_first(project, _declarers(viewer(), project))
    offer_organisations(form.organisation_id, declarers)
    if form.validate_on_submit():
        declare_flow(
            db.session(),
            project,
            organisation_id=form.organisation_id.data,
            direction=FlowDirection(form.direction.data),
            resource=ResourceKind(form.resource.data),
            label=form.label.data or "",
            quantity=form.quantity.data,
            unit=form.unit.data or None,
            price=form.price.data,
            now=clock.now(),
        )
        db.session.commit()
        flash(_("Le flux est noté."), "success")
        return leave_to(url_for("plans.project", public_id=public_id, _anchor="flux"))
    status = 422 if request.method == "POST" else 200
    return render_template(
        "plans/new_flow.html", project=project, form=form, readers=_carriers(project)
    ), status


def _declarers(who: Viewer, project: Project) -> list[tuple[int, str]]:
    """Whose flow this can be: the partners' for those who carry the project, else one's own."""
    everyone = organisations_of(db.session(), project.territory_id)
    if project.territory_id in who.animates:
        return everyone
    return [pair for pair in everyone if pair[0] in who.organisations]


def _carriers(project: Project) -> list[str]:
    """Who will read what is typed: the partners that carry the project today."""
    return [
        partner.organisation.name
        for partner in project.partners
        if partner.state is PartnerState.CONFIRMED and partner.role in CARRYING
    ]


def _flow(public_id: str, may: Callable[[Viewer, Flow], bool]) -> Flow:
    flow = fetch(
        visible_flows(viewer()).options(
            contains_eager(Flow.project).joinedload(Project.territory),
            contains_eager(Flow.project).selectinload(Project.partners),
        ),
        public_id,
        may,
    )
    show_territory(flow.project.territory)
    return flow


@plans.post("/flux/<public_id>/ouvrir")
def show_flow(public_id: str) -> ResponseReturnValue:
    flow = _flow(public_id, may_open_flow)
    open_flow(flow, now=clock.now())
    db.session.commit()
    flash(_("La quantité est ouverte à tous les partenaires confirmés d’aujourd’hui."), "success")
    return _back(flow.project)


@plans.post("/flux/<public_id>/retirer")
def remove_flow(public_id: str) -> ResponseReturnValue:
    flow = _flow(public_id, lambda who, found: may_remove_flow(who, found.project, found))
    project = flow.project
    db.session.delete(flow)
    db.session.commit()
    flash(_("Le flux est retiré."), "success")
    return _back(project)


def _back(project: Project) -> ResponseReturnValue:
    return redirect(url_for("plans.project", public_id=project.public_id, _anchor="flux"), code=303)
