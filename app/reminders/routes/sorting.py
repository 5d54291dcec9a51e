"""« À trier d’abord »: fait, nouvelle date, abandonné, one by one or many at once."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.accounts.rules import animated_territories, may_animate
from app.core import clock
from app.core.refusals import RefusedError
from app.plans.models import Step
from app.reminders.queries.sorting import MOST_SHOWN, chosen_steps, how_many_past, past_steps
from app.reminders.routes.blueprint import reminders
from app.reminders.services.sorting import Sorting, Was, put_back, sort
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory

_SAID = {
    Sorting.DONE: ("1 étape notée « fait ».", "%(count)s étapes notées « fait »."),
    Sorting.MOVED: ("1 étape a une nouvelle date.", "%(count)s étapes ont une nouvelle date."),
    Sorting.ABANDONED: ("1 étape abandonnée.", "%(count)s étapes abandonnées."),
}


@reminders.get("/territoires/<public_id>/relances/tri")
def sorting(public_id: str) -> ResponseReturnValue:
    return _page(_territory(public_id))


@reminders.post("/territoires/<public_id>/relances/tri")
def sort_steps(public_id: str) -> ResponseReturnValue:
    found = _territory(public_id)
    how, ids, day = _asked()
    steps = chosen_steps(db.session(), found.id, ids)
    today = clock.local_day(clock.now(), found.time_zone)
    try:
        was = sort(db.session(), steps, how, due_on=day, today=today, now=clock.now())
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return _page(_territory(public_id), status=422)
    db.session.commit()
    one, many = _SAID[how]
    return _page(found, _(one) if len(was) == 1 else _(many, count=len(was)), was)


@reminders.post("/territoires/<public_id>/relances/tri/annuler")
def unsort_steps(public_id: str) -> ResponseReturnValue:
    found = _territory(public_id)
    try:
        was = {one.public_id: one for one in map(Was.read, request.form.getlist("was"))}
    except ValueError:
        abort(400)
    for step in chosen_steps(db.session(), found.id, list(was)):
        _put_back(step, was[step.public_id])
    db.session.commit()
    flash(_("C’est comme avant."), "success")
    if wants_fragment():
        return _page(found)
    return leave_to(url_for("reminders.sorting", public_id=public_id))


def _put_back(step: Step, was: Was) -> None:
    put_back(db.session(), step, was, now=clock.now())


def _asked() -> tuple[Sorting, list[str], date | None]:
    """What to do with which steps: « one » is the button of a single row."""
    verb, _colon, one = request.form.get("one", "").partition(":")
    ids = [one] if one else request.form.getlist("step")
    how = verb if one else request.form.get("how", "")
    if how not in list(Sorting) or len(ids) > MOST_SHOWN:
        abort(400)
    typed = request.form.get(f"date-{one}" if one else "date", "")
    try:
        return Sorting(how), ids, date.fromisoformat(typed) if typed else None
    except ValueError:
        return Sorting(how), ids, None


def _territory(public_id: str) -> Territory:
    found = fetch(animated_territories(viewer()), public_id, may_animate)
    show_territory(found)
    return found


def _page(
    found: Territory, done: str = "", was: list[Was] | None = None, status: int = 200
) -> ResponseReturnValue:
    today = clock.local_day(clock.now(), found.time_zone)
    context = {
        "place": found,
        "today": today,
        "steps": past_steps(db.session(), found.id, today),
        "total": how_many_past(db.session(), found.id, today),
        "done": done,
        "was": was or [],
    }
    if wants_fragment():
        return fragment("reminders/_sorting.html", status, **context)
    return render_template("reminders/sorting.html", **context), status
