"""Flows: what partners propose and look for. Quantities stay between those who carry it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from app.core.viewer import Viewer
from app.plans.forms import FlowForm, offer_organisations
from app.plans.kinds import FlowDirection, ResourceKind
from app.plans.models import Flow, Project
from app.plans.queries.project import organisations_of
from app.plans.routes.blueprint import plans, project_to_change
from app.plans.routes.project import amount_readers
from app.plans.rules import may_declare_flow, may_edit_flow, visible_flows
from app.plans.steps import declare_flow
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory


@plans.route("/projets/<public_id>/flux/nouveau", methods=["GET", "POST"])
def new_flow(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_declare_flow)
    form = FlowForm()
    offer_organisations(form.organisation_id, _declarers(viewer(), project))
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
        )
        db.session.commit()
        flash(_("Le flux est noté."), "success")
        return leave_to(url_for("plans.project", public_id=public_id, _anchor="flux"))
    status = 422 if request.method == "POST" else 200
    return render_template(
        "plans/new_flow.html", project=project, form=form, readers=amount_readers(project)
    ), status


def _declarers(who: Viewer, project: Project) -> list[tuple[int, str]]:
    """Whose flow this can be: the partners' for those who carry the project, else one's own."""
    everyone = organisations_of(db.session(), project.territory_id)
    if project.territory_id in who.animates:
        return everyone
    return [pair for pair in everyone if pair[0] in who.organisations]


@plans.post("/flux/<public_id>/retirer")
def remove_flow(public_id: str) -> ResponseReturnValue:
    flow = fetch(
        visible_flows(viewer()).options(
            contains_eager(Flow.project).joinedload(Project.territory),
            contains_eager(Flow.project).selectinload(Project.partners),
        ),
        public_id,
    )
    show_territory(flow.project.territory)
    if not may_edit_flow(viewer(), flow):
        abort(403)
    project = flow.project
    db.session.delete(flow)
    db.session.commit()
    flash(_("Le flux est retiré."), "success")
    return redirect(url_for("plans.project", public_id=project.public_id, _anchor="flux"), code=303)
