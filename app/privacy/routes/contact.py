"""Erasing a contact on their behalf: the page says what goes, the button asks, a day to regret."""

from __future__ import annotations

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Organisation, Person
from app.accounts.queries.people import keeps_own_record
from app.accounts.queries.team import piloted_alone
from app.accounts.routes.people import place_in
from app.accounts.rules import visible_organisations
from app.core import clock
from app.core.french import of
from app.core.refusals import RefusedError
from app.privacy.kinds import Cause
from app.privacy.labels import GOES, STAYS
from app.privacy.routes.blueprint import privacy
from app.privacy.rules import may_erase
from app.privacy.services.requests import ask_for
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to


@privacy.route("/organisations/<public_id>/contacts/<person_id>/effacer", methods=["GET", "POST"])
def erase_contact(public_id: str, person_id: str) -> ResponseReturnValue:
    found = fetch(visible_organisations(viewer()), public_id)
    person = place_in(found, person_id).person
    if not may_erase(viewer(), person, keeps_own=keeps_own_record(db.session(), person)):
        abort(403)
    if request.method != "POST":
        return _page(found, person)
    cause = Cause.OPERATOR if viewer().is_operator else Cause.PILOT
    try:
        ask_for(db.session(), person, cause=cause, asked_by_id=viewer().person_id, now=clock.now())
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _back(public_id)
    db.session.commit()
    flash(
        _(
            "Les données %(of_name)s seront effacées dans 24 heures. D’ici là, l’animation peut "
            "annuler sur la page « Données personnelles ».",
            of_name=of(person.name),
        ),
        "success",
    )
    return _back(public_id)


def _page(found: Organisation, person: Person) -> ResponseReturnValue:
    session = db.session()
    return render_template(
        "privacy/erase_contact.html",
        organisation=found,
        person=person,
        alone=[one.name for one in piloted_alone(session, person.id)],
        goes=GOES,
        stays=STAYS,
    )


def _back(public_id: str) -> ResponseReturnValue:
    return leave_to(url_for("accounts.organisation", public_id=public_id, _anchor="contacts"))
