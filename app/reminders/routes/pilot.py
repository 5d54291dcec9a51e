"""The pilot's page: who gets what and why, before the start and after; start, pause, resume."""

from __future__ import annotations

from datetime import date

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.accounts.routes.blueprint import open_animated_territory
from app.core import clock
from app.reminders.forms import PauseForm, RefusedDay
from app.reminders.labels import (
    ANSWERS,
    CALLS,
    MAIL_STATES,
    MANNERS,
    OCCASIONS,
    REASONS,
    SKIPS,
    rule_words,
)
from app.reminders.queries.calls import by_callee, latest_calls, to_call
from app.reminders.queries.coming import coming
from app.reminders.queries.pauses import pauses_of
from app.reminders.queries.pilot import (
    latest_drops,
    latest_mails,
    past_due,
    setting,
)
from app.reminders.queries.sorting import how_many_past
from app.reminders.routes.blueprint import reminders
from app.reminders.services.starting import FOREVER, pause, resume, start
from app.web.database import db
from app.web.gate import safe_next, viewer
from app.web.htmx import leave_to

WORDS = {
    "occasions": OCCASIONS,
    "answers": ANSWERS,
    "reasons": REASONS,
    "calls": CALLS,
    "skips": SKIPS,
    "mail_states": MAIL_STATES,
    "manners": MANNERS,
    "rule_words": rule_words,
}


@reminders.get("/territoires/<public_id>/relances")
def territory(public_id: str) -> ResponseReturnValue:
    return territory_page(open_animated_territory(public_id), PauseForm(formdata=None))


@reminders.post("/territoires/<public_id>/relances/demarrer")
def start_now(public_id: str) -> ResponseReturnValue:
    found = open_animated_territory(public_id)
    today = clock.local_day(clock.now(), found.time_zone)
    unsorted = how_many_past(db.session(), found.id, today)
    if unsorted and request.form.get("without") != "1":
        said = _("Triez d’abord les étapes dont la date est passée, ou laissez-les de côté.")
        flash(said, "warning")
        return leave_to(url_for("reminders.sorting", public_id=public_id))
    start(db.session(), found.id, person_id=viewer().person_id, now=clock.now())
    db.session.commit()
    flash(_("Les relances sont démarrées. Vous pouvez les suspendre à tout moment."), "success")
    return _back(found)


@reminders.post("/territoires/<public_id>/relances/suspendre")
def pause_all(public_id: str) -> ResponseReturnValue:
    found = open_animated_territory(public_id)
    form = PauseForm()
    today = clock.local_day(clock.now(), found.time_zone)
    if form.validate() and form.until.data and form.until.data <= today:
        form.until.errors = [_("Cette date est passée.")]
    if form.errors:
        return territory_page(found, form, 422)
    pause(db.session(), found.id, until=form.until.data)
    db.session.commit()
    flash(_("Tout est suspendu : aucun rappel, aucune relance ne part."), "success")
    return _back(found)


@reminders.post("/territoires/<public_id>/relances/reprendre")
def resume_all(public_id: str) -> ResponseReturnValue:
    found = open_animated_territory(public_id)
    resume(db.session(), found.id)
    db.session.commit()
    flash(_("Les relances reprennent."), "success")
    return _back(found)


def _back(found: Territory) -> ResponseReturnValue:
    page = url_for("reminders.territory", public_id=found.public_id)
    return leave_to(safe_next(request.args.get("suite"), page))


def territory_page(
    found: Territory, form: PauseForm, status: int = 200, refused: RefusedDay | None = None
) -> ResponseReturnValue:
    session = db.session()
    today = clock.local_day(clock.now(), found.time_zone)
    chosen = setting(session, found.id)
    started_at = chosen.started_at if chosen else None
    started_on = clock.local_day(started_at, found.time_zone) if started_at else None
    paused_until = chosen.paused_until if chosen else None
    ahead = coming(session, found.id, today, as_if_started=started_on is None)
    if refused and refused.of not in {person.public_id for person in ahead.people}:
        flash(refused.why, "warning")  # their form is not on the page
    body = render_template(
        "reminders/territory.html",
        place=found,
        form=form,
        refused=refused,
        today=today,
        started_on=started_on,
        paused_until=_still(paused_until, today),
        is_open_ended=paused_until == FOREVER,
        coming=ahead,
        unsorted=how_many_past(session, found.id, today),
        past_due=past_due(session, found, started_on or today, today),
        pauses=pauses_of(session, found.id, today),
        mails=latest_mails(session, found.id),
        called=latest_calls(session, found.id),
        shows_addresses=True,
        drops=latest_drops(session, found.id),
        to_call=by_callee(to_call(session, found.id, today)),
        **WORDS,
    )
    return body, status


def _still(paused_until: date | None, today: date) -> date | None:
    return paused_until if paused_until and paused_until > today else None
