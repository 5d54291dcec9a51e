"""« En pause jusqu’au »: one person, or one project, in one territory."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Person, Territory
from app.accounts.routes.blueprint import open_animated_territory
from app.core import clock
from app.core.french import plain_date
from app.core.refusals import RefusedError
from app.plans.models import Project
from app.plans.routes.blueprint import project_to_change
from app.plans.rules import may_reopen_project
from app.reminders.forms import PauseForm, RefusedDay, UntilForm
from app.reminders.queries.pauses import person_here
from app.reminders.routes.blueprint import reminders
from app.reminders.routes.pilot import territory_page
from app.reminders.routes.project import project_page
from app.reminders.services.pauses import end_pause, pause_for
from app.web.database import db
from app.web.htmx import leave_to
from app.web.undo import flash_with_undo, way_back


@reminders.post("/territoires/<public_id>/relances/personnes/<person_id>/pause")
def pause_person(public_id: str, person_id: str) -> ResponseReturnValue:
    found = open_animated_territory(public_id)
    person = person_here(db.session(), found.id, person_id) or abort(404)
    undo = url_for("reminders.resume_person", public_id=public_id, person_id=person_id)
    return _paused(found, person, person.name, undo)


@reminders.post("/territoires/<public_id>/relances/personnes/<person_id>/reprendre")
def resume_person(public_id: str, person_id: str) -> ResponseReturnValue:
    found = open_animated_territory(public_id)
    person = person_here(db.session(), found.id, person_id) or abort(404)
    return _resumed(found, person, person.name)


@reminders.post("/projets/<public_id>/relances/pause")
def pause_project(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, may_reopen_project)
    undo = url_for("reminders.resume_project", public_id=public_id)
    return _paused(found.territory, found, found.title, undo)


@reminders.post("/projets/<public_id>/relances/reprendre")
def resume_project(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, may_reopen_project)
    return _resumed(found.territory, found, found.title)


def _paused(place: Territory, of: Person | Project, name: str, undo: str) -> ResponseReturnValue:
    form, until = UntilForm(), None
    if form.validate():
        until = form.until.data
    if until is None:
        return _refused(place, of, _("Choisissez jusqu’à quel jour."))
    today: date = clock.local_day(clock.now(), place.time_zone)
    try:
        pause_for(db.session(), place.id, of, until=until, today=today)
    except RefusedError as refusal:
        db.session.rollback()
        return _refused(place, of, _(str(refusal)))
    db.session.commit()
    said = _("%(name)s : aucun rappel ni relance avant le %(day)s.")
    flash_with_undo(
        said % {"name": name, "day": plain_date(until)}, f"{undo}?suite={_page(place, of)}"
    )
    return _back(place, of)


def _refused(place: Territory, of: Person | Project, why: str) -> ResponseReturnValue:
    """The page again, with the day as it was typed."""
    refused = RefusedDay(of.public_id, request.form.get("until", ""), why)
    if isinstance(of, Project):
        return project_page(of, refused)
    return territory_page(place, PauseForm(formdata=None), 422, refused)


def _resumed(place: Territory, of: Person | Project, name: str) -> ResponseReturnValue:
    end_pause(db.session(), place.id, of)
    db.session.commit()
    flash(_("%(name)s : les relances reprennent.") % {"name": name}, "success")
    return _back(place, of)


def _page(place: Territory, of: Person | Project) -> str:
    here = request.values.get("suite")
    if isinstance(of, Project) and not here:
        return url_for("reminders.project", public_id=of.public_id)
    return url_for("reminders.territory", public_id=place.public_id)


def _back(place: Territory, of: Person | Project) -> ResponseReturnValue:
    return leave_to(way_back(_page(place, of)))
