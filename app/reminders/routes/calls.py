"""« J’ai appelé », « autre contact », « reposer un mois »: one organisation to call."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import Territory
from app.core import clock
from app.core.french import plain_date, to
from app.core.refusals import RefusedError
from app.initiatives.forms.notes import ONE_MONTH
from app.initiatives.kinds.notes import NoteVisibility
from app.initiatives.models import ContactNote
from app.plans.kinds import BarrierKind
from app.reminders.forms import CallForm
from app.reminders.kinds import CallOutcome
from app.reminders.labels import BARRIERS, CALL_OUTCOMES, CALLS
from app.reminders.queries.callee import CalleePage, steps_shown
from app.reminders.routes.blueprint import reminders
from app.reminders.routes.callees import callee_here, caller_of, here_of
from app.reminders.services.calls import Heard, call_somebody_else, note_call, put_off
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to
from app.web.undo import came_from, flash_with_undo

HOME = "/aujourdhui"
# before the public id of a step: what was said of it
ISSUE = "issue-"


@reminders.route("/territoires/<public_id>/appels/<organisation_id>", methods=["GET", "POST"])
def call(public_id: str, organisation_id: str) -> ResponseReturnValue:
    territory, today = here_of(public_id)
    found = callee_here(territory, organisation_id, today)
    form = CallForm()
    form.offer(has_organisation=caller_of(territory, found).own_organisation_id is not None)
    if not form.validate_on_submit():
        return _page(territory, found, form, 422 if request.method == "POST" else 200)
    heard = _heard(territory, found)
    try:
        note = note_call(
            db.session(),
            caller=caller_of(territory, found),
            body=form.body.data or "",
            visibility=NoteVisibility(form.visibility.data),
            heard=heard,
            waited=_waited(found),
            now=clock.now(),
            today=today,
        )
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        found = callee_here(territory, organisation_id, today)
        return _page(territory, found, form, 422)
    db.session.commit()
    _say(found.organisation.name, note.public_id, heard)
    return leave_to(f"{HOME}?territoire={public_id}#appeler")


def _waited(found: CalleePage) -> list[ContactNote]:
    """The notes that the form showed, of those that still wait."""
    shown = request.form.getlist("reprise")
    return [note for note in found.waited if note.public_id in shown]


def _say(name: str, note_id: str, heard: list[Heard]) -> None:
    """A call that changed a step is not undone by forgetting the call: its journal does that."""
    said = _("L’appel %(to_name)s est noté.", to_name=to(name))
    for one in heard:
        if one.is_overtaken:
            flash(
                _(
                    "« %(step)s » a changé entre-temps : elle reste comme elle est.",
                    step=one.step.title,
                ),
                "warning",
            )
    if all(one.outcome is CallOutcome.NOTHING for one in heard):
        flash_with_undo(said, f"/notes/{note_id}/annuler")
    else:
        flash(f"{said} {_('Une erreur ? Le journal du projet annule le changement.')}", "success")


@reminders.post("/territoires/<public_id>/appels/<organisation_id>/reposer")
def rest(public_id: str, organisation_id: str) -> ResponseReturnValue:
    """The firm as a whole, as it stands under « À appeler » (domain.md §6): every step of it that
    the page showed."""
    territory, today = here_of(public_id)
    found = callee_here(territory, organisation_id, today)
    shown, until = request.values.getlist("etape"), today + ONE_MONTH
    steps = [step for step in found.steps if not shown or step.public_id in shown]
    words = _("Reposé jusqu’au %(day)s.", day=plain_date(until))
    note = put_off(
        db.session(),
        caller=caller_of(territory, found),
        steps=steps,
        until=until,
        words=words,
        now=clock.now(),
        today=today,
    )
    db.session.commit()
    name = found.organisation.name
    flash_with_undo(
        _at_rest(name, len(steps), plain_date(until)),
        f"/notes/{note.public_id}/annuler",
    )
    return leave_to(came_from(HOME))


def _at_rest(name: str, steps: int, day: str) -> str:
    rests: str = _("%(name)s est au repos jusqu’au %(day)s.", name=name, day=day)
    of_steps: str = ngettext(
        "%(name)s est au repos jusqu’au %(day)s : son étape en attente.",
        "%(name)s est au repos jusqu’au %(day)s : ses %(num)d étapes en attente.",
        steps,
        name=name,
        day=day,
    )
    return of_steps if steps else rests


@reminders.post("/territoires/<public_id>/appels/<organisation_id>/contact")
def somebody_else(public_id: str, organisation_id: str) -> ResponseReturnValue:
    territory, today = here_of(public_id)
    found = callee_here(territory, organisation_id, today)
    chosen = request.values.get("personne", "")
    place = next((c.place for c in found.contacts if c.person.public_id == chosen), None)
    if place is None:
        abort(404)
    always = request.values.get("pour") == "toujours"
    shown = request.values.getlist("etape")
    steps = [step for step in found.steps if step.public_id in shown]
    former = _former(found, always=always)
    call_somebody_else(db.session(), place=place, steps=steps, always=always)
    db.session.commit()
    said = _("C’est %(name)s que l’on appelle désormais.", name=place.person.name)
    here = f"/territoires/{public_id}/appels/{organisation_id}"
    if former and former != chosen:
        scope = "toujours" if always else "etapes"
        same = "".join(f"&etape={step.public_id}" for step in steps)
        flash_with_undo(said, f"{here}/contact?personne={former}&pour={scope}{same}")
    else:
        flash(said, "success")
    return leave_to(here)


def _former(found: CalleePage, *, always: bool) -> str | None:
    """Who was called until now, while they are still there."""
    usual = [one.person.public_id for one in found.contacts if one.place.is_default]
    wanted = (usual[0] if usual else None) if always else found.named
    return wanted if wanted in {one.person.public_id for one in found.contacts} else None


def _heard(territory: Territory, found: CalleePage) -> list[Heard]:
    """What the form says of each step that it showed; nobody spoke of any other."""
    said = {
        name.removeprefix(ISSUE): answer
        for name, answer in request.form.items()
        if name.startswith(ISSUE)
    }
    if not set(said.values()) <= set(CallOutcome):
        abort(400)
    waiting = {step.id for step in found.steps}
    heard = []
    for step in steps_shown(db.session(), viewer(), territory.id, said):
        answer = CallOutcome(said[step.public_id])
        day = _day(f"jour-{step.public_id}", answer)
        barrier = _barrier(f"frein-{step.public_id}", answer)
        heard.append(Heard(step, answer, day, barrier, waits=step.id in waiting))
    return heard


def _day(name: str, answer: str) -> date | None:
    """The day that goes with an answer that needs one; no day at all where it is none."""
    if answer not in (CallOutcome.NEW_DATE, CallOutcome.IN_PROGRESS):
        return None
    try:
        day = date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _barrier(name: str, answer: str) -> BarrierKind | None:
    """What is stuck, where the answer says that something is."""
    said = request.form.get(name, "")
    return BarrierKind(said) if answer == CallOutcome.BLOCKED and said in set(BarrierKind) else None


def _page(
    territory: Territory, found: CalleePage, form: CallForm, status: int
) -> ResponseReturnValue:
    page = render_template(
        "reminders/call.html",
        place=territory,
        found=found,
        form=form,
        typed=request.form,
        outcomes=CALL_OUTCOMES,
        barriers=BARRIERS,
        calls=CALLS,
    )
    return page, status
