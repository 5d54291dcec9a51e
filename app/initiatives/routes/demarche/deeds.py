"""What who animates says of the démarche: its pilot zone, a condition, the next stage; and back."""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import ActivityZone
from app.core import clock
from app.core.refusals import RefusedError
from app.initiatives.conditions import need_of
from app.initiatives.forms.stages import PassForm, TickForm
from app.initiatives.kinds.stages import InitiativeStage
from app.initiatives.labels.stages import STAGES
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.demarche.pages import open_plan_of, page_of
from app.initiatives.services import stages as verbs
from app.plans.models import ActionPlan
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to
from app.web.undo import flash_with_undo


@initiatives.post("/plans/<public_id>/demarche/zone")
def choose_pilot_zone(public_id: str) -> ResponseReturnValue:
    plan = open_plan_of(public_id, to_lead=True)
    zone = _zone(plan, request.values.get("zone", ""))
    before = verbs.choose_pilot_zone(db.session(), plan, zone=zone, now=clock.now())
    back = url_for(
        "initiatives.choose_pilot_zone",
        public_id=public_id,
        zone=before.public_id if before else "",
    )
    db.session.commit()
    said = (
        _("La démarche commence par : %(zone)s.", zone=zone.name)
        if zone
        else _("Aucune zone pilote.")
    )
    flash_with_undo(said, back)
    return leave_to(url_for("initiatives.initiative", public_id=public_id))


def _zone(plan: ActionPlan, public_id: str) -> ActivityZone | None:
    if not public_id:
        return None
    query = select(ActivityZone).where(
        ActivityZone.public_id == public_id, ActivityZone.territory_id == plan.territory_id
    )
    return db.session.scalar(query) or abort(404)


@initiatives.post("/plans/<public_id>/demarche/cocher")
def tick_condition(public_id: str) -> ResponseReturnValue:
    plan = open_plan_of(public_id, to_lead=True)
    # an undo says by its address what a form says by its fields
    form = TickForm(request.values)
    need = need_of(form.key.data or "") or abort(404)
    if not form.validate_on_submit():
        return page_of(plan, 422, ticking=form)
    assert form.done_on.data is not None
    now = clock.now()
    try:
        verbs.tick(
            db.session(),
            plan,
            key=need.key,
            done_on=form.done_on.data,
            words=form.words.data or "",
            person_id=viewer().person_id,
            now=now,
            today=clock.local_day(now, plan.territory.time_zone),
        )
    except RefusedError as refusal:
        form.done_on.errors = [_(str(refusal))]
        return page_of(plan, 422, ticking=form)
    db.session.commit()
    back = url_for("initiatives.untick_condition", public_id=public_id, cle=need.key)
    flash_with_undo(_("C’est noté : %(what)s.", what=need.title), back)
    return leave_to(url_for("initiatives.initiative", public_id=public_id))


@initiatives.post("/plans/<public_id>/demarche/decocher")
def untick_condition(public_id: str) -> ResponseReturnValue:
    plan = open_plan_of(public_id, to_lead=True)
    need = need_of(request.values.get("cle", "")) or abort(404)
    gone = verbs.untick(db.session(), plan, key=need.key, now=clock.now())
    if gone is not None:
        back = url_for(
            "initiatives.tick_condition",
            public_id=public_id,
            cle=need.key,
            jour=gone.done_on.isoformat(),
            mot=gone.words,
        )
        flash_with_undo(_("Ce n’est plus coché : %(what)s.", what=need.title), back)
    db.session.commit()
    return leave_to(url_for("initiatives.initiative", public_id=public_id))


@initiatives.post("/plans/<public_id>/demarche/avancer")
def pass_on_to_stage(public_id: str) -> ResponseReturnValue:
    plan = open_plan_of(public_id, to_lead=True)
    form = PassForm()
    stage = _stage(form.stage.data)
    if not form.validate_on_submit():
        return page_of(plan, 422, passing=form)
    now = clock.now()
    try:
        verbs.pass_to(
            db.session(),
            plan,
            stage=stage,
            reason=form.reason.data or "",
            person_id=viewer().person_id,
            now=now,
            today=clock.local_day(now, plan.territory.time_zone),
        )
    except RefusedError as refusal:
        form.reason.errors = [_(str(refusal))]
        return page_of(plan, 422, passing=form)
    db.session.commit()
    back = url_for("initiatives.go_back", public_id=public_id, etape=stage.value)
    flash_with_undo(_("La démarche est à l’étape « %(stage)s ».", stage=STAGES[stage]), back)
    return leave_to(url_for("initiatives.initiative", public_id=public_id))


@initiatives.post("/plans/<public_id>/demarche/revenir")
def go_back(public_id: str) -> ResponseReturnValue:
    plan = open_plan_of(public_id, to_lead=True)
    stage, now = _stage(request.values.get("etape")), clock.now()
    today = clock.local_day(now, plan.territory.time_zone)
    try:
        verbs.go_back(db.session(), plan, stage=stage, now=now, today=today)
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
    else:
        db.session.commit()
        flash(_("La démarche est revenue à l’étape précédente."), "success")
    return leave_to(url_for("initiatives.initiative", public_id=public_id))


def _stage(value: str | None) -> InitiativeStage:
    return InitiativeStage(value) if value in list(InitiativeStage) else abort(404)
