"""Days away, and the colleague who answers meanwhile: a part of one's account."""

from __future__ import annotations

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.accounts.forms.account import AbsenceForm
from app.accounts.models import DEFAULT_ZONE, Person
from app.accounts.queries.people import colleagues
from app.accounts.routes.blueprint import accounts
from app.accounts.services.absences import announce, cancel, coming_absences
from app.core import clock
from app.core.refusals import RefusedError
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to


@accounts.route("/compte/absences", methods=["GET", "POST"])
def absences() -> ResponseReturnValue:
    session = db.session()
    person = session.get_one(Person, viewer().person_id)
    today = clock.local_day(clock.now(), person.time_zone or DEFAULT_ZONE)
    others = colleagues(session, person.id)
    form = AbsenceForm()
    form.today = today
    form.substitute_id.choices = [SelectChoice(one.id, one.name) for one in others]
    if others and form.validate_on_submit() and _announced(person, form):
        session.commit()
        flash(_("C’est noté : les rappels de ces jours iront à cette personne."), "success")
        return leave_to(url_for("accounts.absences"))
    page = render_template(
        "accounts/absences.html",
        form=form,
        others=others,
        absences=coming_absences(session, person.id, today),
    )
    return page, 422 if request.method == "POST" else 200


@accounts.post("/compte/absences/<public_id>/retirer")
def cancel_absence(public_id: str) -> ResponseReturnValue:
    if not cancel(db.session(), viewer().person_id, public_id):
        abort(404)
    db.session.commit()
    flash(_("L’absence est retirée : les rappels vous reviennent."), "success")
    return leave_to(url_for("accounts.absences"))


def _announced(person: Person, form: AbsenceForm) -> bool:
    starts_on, ends_on = form.starts_on.data, form.ends_on.data
    assert starts_on is not None and ends_on is not None  # the form demands both
    try:
        announce(
            db.session(),
            person,
            substitute_id=form.substitute_id.data,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    except RefusedError as refusal:
        form.starts_on.errors = [_(str(refusal))]
        return False
    return True
