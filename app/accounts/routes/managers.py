"""Who manages an organisation, and leaving one: beside the pages of its contacts."""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.kinds import MembershipRole
from app.accounts.models import Membership, Organisation
from app.accounts.queries.account import places_left
from app.accounts.routes.blueprint import accounts
from app.accounts.routes.people import part_about_people, place_in
from app.accounts.rules import may_admit, may_step_down, visible_organisations
from app.accounts.services import people
from app.core import clock
from app.core.refusals import RefusedError
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to


@accounts.post("/organisations/<public_id>/contacts/<person_id>/gestion")
def manage_or_not(public_id: str, person_id: str) -> ResponseReturnValue:
    """Somebody manages the organisation from now on, or no longer does."""
    found, place = _found(public_id, person_id)
    wanted = request.form.get("role")
    if not (may_admit(viewer(), found) or may_step_down(viewer(), place)):
        abort(403)
    if wanted not in list(MembershipRole):
        abort(400)
    role = MembershipRole(wanted)
    if role is MembershipRole.MANAGER and not may_admit(viewer(), found):
        abort(403)
    try:
        people.set_place_role(db.session(), place, role)
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return part_about_people(found)
    db.session.commit()
    if role is MembershipRole.MANAGER:
        flash(_("%(name)s gère l’organisation.", name=place.person.name), "success")
    else:
        flash(_("%(name)s ne gère plus l’organisation.", name=place.person.name), "success")
    return part_about_people(found)


@accounts.post("/compte/organisations/<public_id>/revenir")
def return_to_organisation(public_id: str) -> ResponseReturnValue:
    """Take one's leave back: the organisation itself may be out of sight by now."""
    places = places_left(db.session(), viewer().person_id, clock.now())
    place = next((one for one in places if one.organisation.public_id == public_id), None)
    if place is None:
        abort(404)
    people.come_back(db.session(), place)
    db.session.commit()
    flash(
        _("Vous êtes de nouveau de l’organisation (%(name)s).", name=place.organisation.name),
        "success",
    )
    return leave_to(url_for("accounts.own_account", _anchor="roles"))


def _found(public_id: str, person_id: str) -> tuple[Organisation, Membership]:
    found = fetch(visible_organisations(viewer()), public_id)
    return found, place_in(found, person_id)
