"""The page of one step: what it is, what it waits for, what is ticked off, what was said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.viewer import Viewer
from app.plans.forms.projects import CommentForm
from app.plans.models import CheckItem, Step
from app.plans.queries.order import late_followers
from app.plans.queries.project import STEP_TO_CHANGE
from app.plans.queries.project import comments as comments_of
from app.plans.queries.readers import readers_of
from app.plans.queries.step import (
    awaited_by,
    checks_of,
    moves_of,
    steps_to_await,
    waiting_for,
)
from app.plans.routes.blueprint import attempt, plans, today_in
from app.plans.rules import may_comment, may_edit_step, may_report, reads_steps, visible_checks
from app.plans.services.checks import add_checks, all_ticked, remove_check, tick
from app.web.database import db
from app.web.gate import admit, fetch, viewer
from app.web.navigation import show_territory
from app.web.undo import flash_with_undo


def open_step(public_id: str, may: Callable[[Viewer, Step], bool] | None = None) -> Step:
    """The step with its project, 404 for whoever does not read it, 403 for whoever may not."""
    found = admit(STEP_TO_CHANGE.find(db.session(), viewer(), public_id), may or _anybody)
    show_territory(found.project.territory)
    return found


def _anybody(_who: Viewer, _step: Step) -> bool:
    return True


@plans.get("/etapes/<public_id>")
def step(public_id: str) -> ResponseReturnValue:
    return step_page(open_step(public_id), CommentForm()), 200


def step_page(found: Step, form: CommentForm) -> str:
    """Who looks on from outside the project sees the step alone, not what stands around it."""
    session, who, project = db.session(), viewer(), found.project
    today, zone = today_in(project.territory), project.territory.holiday_zone
    whole = reads_steps(who, project)
    may_edit = may_edit_step(who, found)
    return render_template(
        "plans/step.html",
        step=found,
        project=project,
        today=today,
        tomorrow=today + timedelta(days=1),
        zone=project.territory.time_zone,
        checks=checks_of(session, found),
        awaited=awaited_by(session, found, today) if whole else [],
        waiting=waiting_for(session, found, today) if whole else [],
        slips={one.id: one for one in late_followers(session, found, today=today, zone=zone)},
        to_await=steps_to_await(session, found) if may_edit else [],
        moves=moves_of(session, found),
        comments=comments_of(session, project.id, found.id) if whole else [],
        readers=readers_of(session, project.id, project.territory_id) if whole else [],
        form=form,
        whole=whole,
        may_edit=may_edit,
        may_report=may_report(who, found),
        may_comment=may_comment(who, project),
    )


def back_to(found: Step, anchor: str) -> ResponseReturnValue:
    url = url_for("plans.step", public_id=found.public_id, _anchor=anchor)
    return redirect(url, code=303)


@plans.post("/etapes/<public_id>/points")
def new_checks(public_id: str) -> ResponseReturnValue:
    found = open_step(public_id, may_report)
    lines = request.values.get("points", "").splitlines()
    if attempt(lambda: add_checks(db.session(), found, lines)):
        db.session.commit()
    return back_to(found, "points")


def _check(public_id: str) -> tuple[CheckItem, Step]:
    item = fetch(visible_checks(viewer()), public_id)
    return item, open_step(item.step.public_id, may_report)


@plans.post("/points/<public_id>/cocher")
def tick_check(public_id: str) -> ResponseReturnValue:
    item, found = _check(public_id)
    said = request.form.get("fait", "")
    if said not in ("oui", "non"):
        abort(400)
    tick(item, done=said == "oui", person_id=viewer().person_id, now=clock.now())
    db.session.commit()
    if said == "oui" and all_ticked(db.session(), found):
        flash(_("Tout est coché : l’étape est-elle faite ?"), "info")
    return back_to(found, "points")


@plans.post("/points/<public_id>/retirer")
def remove(public_id: str) -> ResponseReturnValue:
    item, found = _check(public_id)
    undo = url_for("plans.new_checks", public_id=found.public_id, points=item.label)
    label = item.label
    remove_check(db.session(), item)
    db.session.commit()
    flash_with_undo(_("« %(label)s » est retiré.", label=label), undo)
    return back_to(found, "points")
