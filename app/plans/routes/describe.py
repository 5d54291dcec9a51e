"""Opening a project, and changing what it says of itself."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import StaleError
from app.plans.forms.projects import NewProjectForm, ProjectForm
from app.plans.kinds import PartnerRole, ProjectKind
from app.plans.models import ActionPlan, Project
from app.plans.queries.project import organisations_of
from app.plans.routes.blueprint import plans, project_to_change
from app.plans.routes.offering import places, possible_leads
from app.plans.rules import may_edit_project, proposable_plans
from app.plans.services.projects import add_partner, describe_project, open_project
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory


@plans.route("/plans/<public_id>/projets/nouveau", methods=["GET", "POST"])
def new_project(public_id: str) -> ResponseReturnValue:
    plan = fetch(proposable_plans(viewer()), public_id)
    show_territory(plan.territory)
    form = NewProjectForm()
    form.offer(*places(plan))
    organisations = organisations_of(db.session(), plan.territory_id)
    form.offer_organisations(organisations, possible_leads(plan, organisations))
    if not form.validate_on_submit():
        status = 422 if request.method == "POST" else 200
        return render_template("plans/new_project.html", plan=plan, form=form), status
    made = _open(plan, form)
    db.session.commit()
    flash(
        _("Le projet est créé en brouillon : personne n’est prévenu tant qu’il n’est pas lancé."),
        "success",
    )
    return leave_to(url_for("plans.project", public_id=made.public_id))


def _open(plan: ActionPlan, form: NewProjectForm) -> Project:
    made = open_project(
        db.session(),
        plan=plan,
        title=form.title.data or "",
        description=form.description.data or "",
        kind=ProjectKind(form.kind.data),
        synergy_type=form.chosen_synergy,
        theme_id=form.theme_id.data or None,
        zone_id=form.zone_id.data or None,
        lead_organisation_id=form.lead_organisation_id.data,
        now=clock.now(),
    )
    for role, chosen in (
        (PartnerRole.CO_OWNER, form.co_owner_ids.data or []),
        (PartnerRole.CONTRIBUTOR, form.contributor_ids.data or []),
    ):
        for organisation_id in chosen:
            if organisation_id not in {p.organisation_id for p in made.partners}:
                add_partner(db.session(), made, organisation_id=organisation_id, role=role)
    return made


@plans.route("/projets/<public_id>/modifier", methods=["GET", "POST"])
def edit_project(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, may_edit_project)
    form = ProjectForm(
        data={
            "title": found.title,
            "kind": found.kind,
            "synergy_type": found.synergy_type,
            "theme_id": found.theme_id or 0,
            "zone_id": found.zone_id or 0,
            "description": found.description,
            "version": found.version,
        }
    )
    form.offer(*places(found.plan))
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            _describe(found, form)
        except StaleError:
            db.session.rollback()
            form.catch_up(found.version)
            return render_template(
                "plans/edit_project.html", project=found, form=form, theirs=found
            ), 409
        db.session.commit()
        flash(_("Le projet est enregistré."), "success")
        return leave_to(url_for("plans.project", public_id=public_id))
    return render_template("plans/edit_project.html", project=found, form=form, theirs=None), status


def _describe(found: Project, form: ProjectForm) -> None:
    describe_project(
        found,
        seen_version=form.version.data,
        title=form.title.data or "",
        description=form.description.data or "",
        kind=ProjectKind(form.kind.data),
        synergy_type=form.chosen_synergy,
        theme_id=form.theme_id.data or None,
        zone_id=form.zone_id.data or None,
    )
