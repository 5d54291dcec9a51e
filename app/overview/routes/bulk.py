"""Many steps changed at once from the table, and taken back by one click."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import RefusedError
from app.overview.asked import Sorting, StepFilter, read_query, read_sorting
from app.overview.kinds import Bulk
from app.overview.labels import DONE
from app.overview.queries.table import filtered_ids
from app.overview.routes.blueprint import overview, plan_here, table_url, today_of
from app.overview.routes.table import Ticked, table_page
from app.overview.services.bulk import MOST, Change, Outcome, change_steps, locked_steps
from app.overview.services.undoing import take_back
from app.plans.models import ActionPlan
from app.plans.queries.project import organisations_of, people_of
from app.plans.routes.telling import say_who_is_told
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to
from app.web.undo import came_from, flash_with_undo

NAMED = 5
LONGEST_NAME = 60


@overview.post("/plans/<public_id>/tableau/modifier")
def change_many(public_id: str) -> ResponseReturnValue:
    plan, session, now = plan_here(public_id), db.session(), clock.now()
    change, (asked, sorting) = _change(plan), _filter()
    today = today_of(plan)
    try:
        steps = locked_steps(session, viewer(), plan.id, _chosen(plan, asked, today))
        zone = plan.territory.holiday_zone
        outcome = change_steps(session, viewer(), steps, change, zone=zone, today=today, now=now)
    except RefusedError as refusal:
        session.rollback()
        steps_ticked = frozenset(request.form.getlist("step"))
        ticked = Ticked(steps_ticked, _(str(refusal)), request.form)
        return table_page(plan_here(public_id), asked, sorting, ticked=ticked)
    said, batch = _said(change.how, outcome), outcome.batch
    session.commit()
    say_who_is_told(outcome.told)
    if outcome.done:
        undo = url_for("overview.change_back", public_id=public_id, batch=batch)
        flash_with_undo(said, undo)
    else:
        flash(said, "warning")
    return leave_to(table_url(plan, request.form.get("filtre", "")))


@overview.post("/plans/<public_id>/tableau/annuler/<batch>")
def change_back(public_id: str, batch: str) -> ResponseReturnValue:
    plan, session = plan_here(public_id), db.session()
    today = today_of(plan)
    try:
        outcome = take_back(session, viewer(), plan.id, batch, today=today, now=clock.now())
    except RefusedError as refusal:
        session.rollback()
        flash(_(str(refusal)), "warning")
    else:
        left = _left(outcome)
        session.commit()
        words = (
            _("1 étape est comme avant")
            if outcome.done == 1
            else _("%(count)s étapes sont comme avant", count=outcome.done)
        )
        flash(f"{words}{left}.", "success" if outcome.done else "warning")
    return leave_to(came_from(table_url(plan_here(public_id))))


def _filter() -> tuple[StepFilter, Sorting]:
    """What the page showed, which the form brings along as text."""
    query = request.form.get("filtre", "")
    pairs = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
    return read_query(query), read_sorting(pairs.get("tri", ""), pairs.get("sens", ""))


def _chosen(plan: ActionPlan, asked: StepFilter, today: date) -> Sequence[str]:
    """The ticked ones, or all that the filter means, if these are still as many as were shown."""
    if request.form.get("tous") != "1":
        ticked = request.form.getlist("step")
        if len(ticked) > MOST:
            abort(400)
        return ticked
    found = filtered_ids(db.session(), viewer(), plan.id, asked, today, MOST)
    if len(found) > MOST:
        raise RefusedError("C’est beaucoup à la fois : filtrez pour en garder 500 au plus.")
    if str(len(found)) != request.form.get("total"):
        raise RefusedError("La liste a changé entre-temps : regardez-la, puis recommencez.")
    return found


def _change(plan: ActionPlan) -> Change:
    """What the form asks for; an organisation or person that was not offered is none."""
    form = request.form
    if form.get("how", "") not in {how.value for how in Bulk}:
        abort(400)
    how = Bulk(form["how"])
    organisation, person = _responsible(plan) if how is Bulk.HAND else (0, None)
    return Change(how, organisation, person, _day(form.get("date", "")), _number(form.get("jours")))


def _responsible(plan: ActionPlan) -> tuple[int, int | None]:
    said = request.form.get("responsable", "")
    for organisation, _name in organisations_of(db.session(), plan.territory_id):
        if said == str(organisation):
            return organisation, None
    for organisation, person, _name, _firm in people_of(
        db.session(), viewer(), plan.territory_id, ()
    ):
        if said == f"{organisation}.{person}":
            return organisation, person
    return 0, None


def _day(said: str) -> date | None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day if day.year <= 2100 else None


def _number(said: str | None) -> int:
    plain = (said or "").strip().replace("−", "-")
    return int(plain) if plain.lstrip("+-").isdecimal() and len(plain) <= 4 else 0


def _said(how: Bulk, outcome: Outcome) -> str:
    """« 18 étapes déplacées, 2 laissées : … »"""
    one, many = DONE[how]
    words = _(one) if outcome.done == 1 else _(many, count=outcome.done)
    if not outcome.done:
        words = _("Aucune étape changée")
    return f"{words}{_left(outcome)}."


def _short(title: str) -> str:
    """Messages travel in a cookie."""
    return title if len(title) <= LONGEST_NAME else f"{title[:LONGEST_NAME]}…"


def _left(outcome: Outcome) -> str:
    """Those that stayed, by name, and why; the first few of them."""
    if not outcome.left:
        return ""
    named = [f"{_short(title)} ({_(why).rstrip('.')})" for title, why in outcome.left[:NAMED]]
    if len(outcome.left) > NAMED:
        named.append(_("et %(count)s autres", count=len(outcome.left) - NAMED))
    count = len(outcome.left)
    words = _("1 laissée") if count == 1 else _("%(count)s laissées", count=count)
    return f", {words} : {', '.join(named)}"
