"""Partners: named, confirmed, given a role, retired."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.plans.forms.fields import offer_organisations
from app.plans.forms.projects import PartnerForm
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.queries.project import organisations_of
from app.plans.routes.blueprint import attempt, plans, project_to_change
from app.plans.rules import may_edit_project
from app.plans.services.projects import (
    add_partner,
)
from app.web.database import db
from app.web.htmx import leave_to


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
