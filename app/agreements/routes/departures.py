"""« S’en va »: what a person held in an organisation, passed on in one screen."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Membership, Organisation
from app.accounts.queries.organisations import time_zone_of
from app.accounts.queries.team import piloted_alone
from app.accounts.routes.people import place_in
from app.accounts.rules import may_end_place, visible_organisations
from app.agreements.routes.blueprint import agreements
from app.agreements.services.departures import depart, held_by, successors
from app.core import clock
from app.core.french import some
from app.plans.routes.blueprint import attempt
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to


@agreements.route("/organisations/<public_id>/contacts/<person_id>/depart", methods=["GET", "POST"])
def departure(public_id: str, person_id: str) -> ResponseReturnValue:
    """By who lets people in there, and by the person themselves."""
    organisation = fetch(visible_organisations(viewer()), public_id)
    place = place_in(organisation, person_id)
    own = place.person_id == viewer().person_id
    if not may_end_place(viewer(), place):
        abort(403)
    others = successors(db.session(), place)
    if request.method == "POST":
        return _depart(organisation, place, own=own, heir=_chosen(others))
    return render_template(
        "agreements/departure.html",
        organisation=organisation,
        place=place,
        own=own,
        held=held_by(db.session(), place),
        others=others,
        alone=piloted_alone(db.session(), place.person_id),
    )


def _depart(
    organisation: Organisation, place: Membership, *, own: bool, heir: Membership | None
) -> ResponseReturnValue:
    steps = len(held_by(db.session(), place).steps)
    name = place.person.name

    def verb() -> None:
        zone = time_zone_of(organisation)
        now = clock.now()
        depart(db.session(), place, successor=heir, now=now, zone=zone, own_leave=own)

    if not attempt(verb):
        db.session.rollback()
        return leave_to(request.path)
    db.session.commit()
    flash(_("%(name)s ne représente plus %(firm)s.", name=name, firm=organisation.name), "success")
    if heir is not None and steps:
        told = some(steps, _("une étape passe"), _("étapes passent"))
        flash(_("%(told)s à %(heir)s.", told=told.capitalize(), heir=heir.person.name), "success")
    if own:
        return leave_to(url_for("accounts.own_account", _anchor="roles"))
    return leave_to(url_for("accounts.organisation", public_id=organisation.public_id))


def _chosen(others: Sequence[Membership]) -> Membership | None:
    """The colleague chosen, None for nobody; 400 for somebody who is not offered."""
    wanted = request.form.get("a", "")
    if wanted == "":
        return None
    return next((one for one in others if one.person.public_id == wanted), None) or abort(400)
