"""Which step waits for which, and what moves along when a date moves."""

from __future__ import annotations

from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core import clock
from app.journal.recorder import batch_of
from app.plans.models import Step
from app.plans.queries.order import followers
from app.plans.routes.blueprint import attempt, plans, today_in
from app.plans.routes.step import back_to, open_step
from app.plans.rules import may_edit_step
from app.plans.services.waiting import move_followers, stop_waiting, wait_for
from app.web.database import db
from app.web.messages import flash_with_link
from app.web.undo import flash_with_undo


@plans.post("/etapes/<public_id>/attendre")
def await_step(public_id: str) -> ResponseReturnValue:
    found = open_step(public_id, may_edit_step)
    awaited = _other(found)
    if attempt(lambda: wait_for(db.session(), found, awaited)):
        db.session.commit()
        flash_with_undo(
            _("« %(step)s » attend « %(other)s ».", step=found.title, other=awaited.title),
            url_for("plans.await_no_more", public_id=public_id, etape=awaited.public_id),
        )
    return back_to(found, "attente")


@plans.post("/etapes/<public_id>/ne-plus-attendre")
def await_no_more(public_id: str) -> ResponseReturnValue:
    found = open_step(public_id, may_edit_step)
    awaited = _other(found)
    stop_waiting(db.session(), found, awaited)
    db.session.commit()
    flash_with_undo(
        _("« %(step)s » n’attend plus « %(other)s ».", step=found.title, other=awaited.title),
        url_for("plans.await_step", public_id=public_id, etape=awaited.public_id),
    )
    return back_to(found, "attente")


def _other(found: Step) -> Step:
    """The step that the form names, among those of the same project."""
    asked = request.values.get("etape", "")
    named = {one.public_id: one for one in found.project.steps}
    if asked not in named:
        abort(400)
    return named[asked]


@plans.get("/etapes/<public_id>/suites")
def follow(public_id: str) -> ResponseReturnValue:
    """Which steps would move along with this one, planned for `avant` and due on another day."""
    found = open_step(public_id, may_edit_step)
    planned = _day("avant")
    zone = found.project.territory.holiday_zone
    moved = (
        followers(db.session(), found, planned=planned, expected=found.due_on, zone=zone)
        if found.due_on
        else []
    )
    named = {one.id: one for one in found.project.steps}
    return render_template(
        "plans/followers.html",
        step=found,
        project=found.project,
        planned=planned,
        moved=[(named[slip.id], slip) for slip in moved],
        today=today_in(found.project.territory),
    )


@plans.post("/etapes/<public_id>/suites")
def move_along(public_id: str) -> ResponseReturnValue:
    found = open_step(public_id, may_edit_step)
    if found.due_on is None:
        abort(400)
    moved = move_followers(
        db.session(),
        found,
        planned=_day("avant"),
        chosen=set(request.form.getlist("etape")),
        now=clock.now(),
        zone=found.project.territory.holiday_zone,
    )
    db.session.commit()
    if moved:
        here = url_for("plans.project", public_id=found.project.public_id)
        flash_with_undo(
            ngettext("%(num)s étape a suivi.", "%(num)s étapes ont suivi.", len(moved)),
            f"/journal/{batch_of(db.session())}/annuler?suite={here}",
        )
    url = url_for("plans.project", public_id=found.project.public_id, _anchor=f"step-{public_id}")
    return redirect(url, code=303)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None


def offer_to_follow(found: Step, planned: date | None) -> None:
    """After a date has moved: say that others wait for this step, with the way to move them."""
    if planned is None or found.due_on is None or found.due_on <= planned:
        return
    zone = found.project.territory.holiday_zone
    moved = followers(db.session(), found, planned=planned, expected=found.due_on, zone=zone)
    if not moved:
        return
    url = url_for("plans.follow", public_id=found.public_id, avant=planned.isoformat())
    said = ngettext(
        "%(num)s étape attend celle-ci. Lui donner aussi une autre date ?",
        "%(num)s étapes attendent celle-ci. Leur donner aussi une autre date ?",
        len(moved),
    )
    flash_with_link(said, url, _("Voir"))
