"""Who reads a quantity: chosen by the organisation that declared it, asked for by others."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from app.agreements.routes.blueprint import agreements, back_to
from app.agreements.services.openings import ask_to_read
from app.core import clock
from app.core.viewer import Viewer
from app.plans.kinds import PartnerState
from app.plans.models import Flow, Partner, Project
from app.plans.routes.blueprint import attempt
from app.plans.rules import amount_readers, may_ask_to_read, may_open_flow, visible_flows
from app.plans.services.steps import set_reader
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.navigation import show_territory


@agreements.route("/flux/<public_id>/lecteurs", methods=["GET", "POST"])
def readers(public_id: str) -> ResponseReturnValue:
    """Each partner with whether it reads this quantity; opened and closed one by one."""
    flow = _flow(public_id, may_open_flow)
    if request.method == "POST":
        partner = next((one for one in _others(flow) if one.public_id == _chosen()), None)
        if partner is None:
            abort(400)
        is_open = request.form.get("ouvrir") == "1"
        set_reader(flow, partner.organisation_id, is_open=is_open, now=clock.now())
        db.session.commit()
        name = partner.organisation.name
        flash(
            _("%(name)s lit cette quantité.", name=name)
            if is_open
            else _("%(name)s ne lit plus cette quantité.", name=name),
            "success",
        )
        return redirect(url_for("agreements.readers", public_id=public_id), code=303)
    return render_template(
        "agreements/readers.html",
        flow=flow,
        project=flow.project,
        others=_others(flow),
        readers=set(amount_readers(flow.project, flow)),
    )


@agreements.post("/flux/<public_id>/demander")
def ask_for_amount(public_id: str) -> ResponseReturnValue:
    """Ask the organisation that declared it to show a quantity to one's own."""
    flow = _flow(public_id, lambda who, found: may_ask_to_read(who, found.project, found))
    asking = [one for one in _others(flow) if one.organisation_id in viewer().organisations]

    def verb() -> None:
        for partner in asking[:1]:
            ask_to_read(
                db.session(),
                flow,
                reader_id=partner.organisation_id,
                asker_id=viewer().person_id,
                now=clock.now(),
            )

    if attempt(verb, _("La demande est partie. Sans réponse, la quantité reste fermée.")):
        db.session.commit()
    return back_to(flow.project, "flux")


def _flow(public_id: str, may: Callable[[Viewer, Flow], bool]) -> Flow:
    flow = fetch(
        visible_flows(viewer()).options(
            contains_eager(Flow.project).joinedload(Project.territory),
            contains_eager(Flow.project).joinedload(Project.theme),
            contains_eager(Flow.project).selectinload(Project.partners),
        ),
        public_id,
        may,
    )
    show_territory(flow.project.territory)
    return flow


def _others(flow: Flow) -> list[Partner]:
    """The partners beside the one that declared it."""
    return [
        partner
        for partner in flow.project.partners
        if partner.organisation_id != flow.organisation_id
        and partner.state is not PartnerState.RETIRED
    ]


def _chosen() -> str:
    return request.form.get("partenaire", "")
