"""Partners: named, confirmed, given a role, retired."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from app.core import clock
from app.core.french import some
from app.plans.forms import PartnerForm, offer_organisations
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.models import Partner, Project
from app.plans.queries.project import open_steps_led, organisations_of
from app.plans.routes.blueprint import attempt, plans, project_to_change
from app.plans.rules import acts_for, may_edit_project, may_retire, visible_partners
from app.plans.services import (
    add_partner,
    change_role,
    confirm_partner,
    hand_lead,
    retire_partner,
)
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory

COMMITMENT_TEXT = "2026-1"


@plans.route("/projets/<public_id>/partenaires/nouveau", methods=["GET", "POST"])
def new_partner(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_edit_project)
    form = PartnerForm()
    taken = {p.organisation_id for p in project.partners if p.state is not PartnerState.RETIRED}
    everyone = organisations_of(db.session(), project.territory_id)
    offer_organisations(form.organisation_id, [one for one in everyone if one[0] not in taken])
    if form.validate_on_submit():
        verb = lambda: add_partner(  # noqa: E731
            db.session(),
            project,
            organisation_id=form.organisation_id.data,
            role=PartnerRole(form.role.data),
        )
        if attempt(verb, _("Le partenaire est ajouté, « pressenti » tant qu’il n’a pas confirmé.")):
            db.session.commit()
            return leave_to(url_for("plans.project", public_id=public_id))
    status = 422 if request.method == "POST" else 200
    return render_template("plans/new_partner.html", project=project, form=form), status


def _partner(public_id: str) -> Partner:
    found = fetch(
        visible_partners(viewer()).options(
            contains_eager(Partner.project).joinedload(Project.territory),
            contains_eager(Partner.project).selectinload(Project.partners),
        ),
        public_id,
    )
    show_territory(found.project.territory)
    return found


@plans.post("/partenaires/<public_id>/confirmer")
def confirm(public_id: str) -> ResponseReturnValue:
    """A commitment is the partner's own click, or noted by who carries the project."""
    partner = _partner(public_id)
    own = acts_for(viewer(), partner.organisation_id, partner.project)
    if not own and not may_edit_project(viewer(), partner.project):
        abort(403)
    confirmed_by = viewer().person_id

    def verb() -> None:
        confirm_partner(
            partner, person_id=confirmed_by, text_version=COMMITMENT_TEXT, now=clock.now()
        )

    if attempt(verb, _("L’engagement est noté.")):
        db.session.commit()
    return _back(partner)


@plans.post("/partenaires/<public_id>/role")
def give_role(public_id: str) -> ResponseReturnValue:
    partner = _partner(public_id)
    if not may_edit_project(viewer(), partner.project):
        abort(403)
    value = request.form.get("role", "")
    if value not in list(PartnerRole):
        abort(400)
    role = PartnerRole(value)

    def verb() -> None:
        if role is PartnerRole.LEAD and partner.role is not PartnerRole.LEAD:
            hand_lead(db.session(), partner.project, partner)
        else:
            change_role(partner, role)

    if attempt(verb, _("Le rôle est changé.")):
        db.session.commit()
    return _back(partner)


@plans.post("/partenaires/<public_id>/retirer")
def retire(public_id: str) -> ResponseReturnValue:
    """An organisation leaves by itself at once; whoever carries the project may note it."""
    partner = _partner(public_id)
    own = may_retire(viewer(), partner.organisation_id, partner.project)
    if not own and not may_edit_project(viewer(), partner.project):
        abort(403)
    if not attempt(lambda: retire_partner(partner), _("Le partenaire est retiré du projet.")):
        return _back(partner)
    left = open_steps_led(db.session(), partner.project_id, partner.organisation_id)
    db.session.commit()
    if left:
        held = some(left, _("une étape ouverte"), _("étapes ouvertes"))
        flash(_("Il lui reste %(held)s : à confier à quelqu’un d’autre.", held=held), "warning")
    if own:
        flash(_("Votre organisation ne reçoit plus rien sur ce projet."), "info")
        return redirect(url_for("plans.mine"), code=303)
    return _back(partner)


def _back(partner: Partner) -> ResponseReturnValue:
    url = url_for("plans.project", public_id=partner.project.public_id, _anchor="partenaires")
    return redirect(url, code=303)
