"""The sheet to print and sign, and the ticks of who came."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.initiatives import words
from app.initiatives.forms.meetings import WalkInForm
from app.initiatives.kinds.meetings import Rsvp
from app.initiatives.models import Attendee, Meeting
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import back_to, meeting_here
from app.initiatives.rules.meetings import may_run_meeting
from app.initiatives.services import attendance as verbs
from app.plans.queries.project import organisations_of
from app.plans.routes.blueprint import attempt
from app.web.database import db

# lines for who comes unannounced
BLANK_LINES = 8


def _listed(found: Meeting) -> list[Attendee]:
    """By organisation, as one looks for one's name on a sheet."""
    return sorted(found.attendees, key=lambda one: (one.organisation.search_key, one.id))


@initiatives.get("/rencontres/<public_id>/feuille")
def sheet(public_id: str) -> ResponseReturnValue:
    found = meeting_here(public_id, may_run_meeting)
    zone = found.territory.time_zone
    return render_template(
        "initiatives/sheet.html",
        meeting=found,
        attendees=[one for one in _listed(found) if one.answer is not Rsvp.NO],
        when=words.when(found.starts_at, found.ends_at, zone),
        blank_lines=BLANK_LINES,
    )


@initiatives.route("/rencontres/<public_id>/presences", methods=["GET", "POST"])
def attendance(public_id: str) -> ResponseReturnValue:
    """Ticked on a phone at the door; who said yes is ticked until it was taken."""
    found = meeting_here(public_id, may_run_meeting)
    if request.method == "POST":
        return _take(found)
    return _page(found, WalkInForm())


def _take(found: Meeting) -> ResponseReturnValue:
    present, listed = request.form.getlist("present"), request.form.getlist("liste")
    if attempt(
        lambda: verbs.take_attendance(db.session(), found, present=present, listed=listed),
        _("Les présences sont notées."),
    ):
        db.session.commit()
    return back_to(found.public_id, "qui-vient")


def _page(found: Meeting, form: WalkInForm) -> str:
    form.offer(organisations_of(db.session(), found.territory_id))
    return render_template(
        "initiatives/attendance.html", meeting=found, attendees=_listed(found), form=form
    )


@initiatives.post("/rencontres/<public_id>/presences/ajouter")
def add_walk_in(public_id: str) -> ResponseReturnValue:
    found, form = meeting_here(public_id, may_run_meeting), WalkInForm()
    form.offer(organisations_of(db.session(), found.territory_id))
    if not form.validate_on_submit():
        return _page(found, form), 422
    if attempt(
        lambda: verbs.walk_in(
            db.session(),
            found,
            organisation_id=form.organisation_id.data,
            person_id=None,
            guest=form.guest.data,
        )
    ):
        db.session.commit()
        flash(_("La personne est notée présente."), "success")
    return redirect(url_for("initiatives.attendance", public_id=public_id), code=303)
