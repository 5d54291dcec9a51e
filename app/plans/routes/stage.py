"""How far a project is, what each stage wants before it, and what works for real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.viewer import Viewer
from app.journal.recorder import batch_of
from app.plans.conditions import wanted
from app.plans.forms.reality import ExchangeForm
from app.plans.kinds import PartnerState, Stage
from app.plans.labels import label
from app.plans.models import Exchange, Project
from app.plans.queries.conditions import stage_facts
from app.plans.queries.reality import exchanges_of
from app.plans.routes.blueprint import attempt, plans, project_to_change, today_in
from app.plans.rules import may_edit_project, visible_exchanges
from app.plans.services.exchanges import (
    end_exchange,
    forget_exchange,
    note_exchange,
    resume_exchange,
)
from app.plans.services.projects import move_stage
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.undo import flash_with_undo


def _whoever_sees(_who: Viewer, _project: Project) -> bool:
    return True


@plans.get("/projets/<public_id>/stade")
def stage(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, _whoever_sees)
    return _page(found, _form(found)), 200


@plans.post("/projets/<public_id>/stade")
def change_stage(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, may_edit_project)
    value = request.form.get("stage", "")
    if value not in list(Stage):
        abort(400)
    session, to = db.session(), Stage(value)
    if found.stage is to:
        return _back(found)
    today = today_in(found.territory)
    if attempt(lambda: move_stage(session, found, to, today=today)):
        session.commit()
        undo = f"/journal/{batch_of(session)}/annuler?suite=/projets/{public_id}/stade"
        flash_with_undo(_("Stade du projet : %(stage)s.", stage=label(to)), undo)
    return _back(found)


def _back(found: Project) -> ResponseReturnValue:
    return redirect(url_for("plans.stage", public_id=found.public_id), code=303)


def _form(found: Project) -> ExchangeForm:
    form = ExchangeForm()
    form.offer(
        [
            (one.organisation_id, one.organisation.name)
            for one in found.partners
            if one.state is not PartnerState.RETIRED
        ]
    )
    return form


def _page(found: Project, form: ExchangeForm) -> str:
    session, today = db.session(), today_in(found.territory)
    facts = stage_facts(session, found, today)
    stages, may_edit = list(Stage), may_edit_project(viewer(), found)
    at = stages.index(found.stage)
    return render_template(
        "plans/stage.html",
        project=found,
        steps=[(one, wanted(one, facts), index - at) for index, one in enumerate(stages)],
        exchanges=exchanges_of(session, found.id),
        form=form,
        may_edit=may_edit,
        today=today,
    )


@plans.post("/projets/<public_id>/usages")
def new_exchange(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, may_edit_project)
    form = _form(found)
    if not form.validate_on_submit():
        return _page(found, form), 422
    assert form.since.data is not None
    session = db.session()
    if not attempt(
        lambda: note_exchange(
            session,
            found,
            giver_id=form.giver,
            user_id=form.user_id.data,
            label=form.label.data or "",
            since=form.since.data or date.min,
            today=today_in(found.territory),
        )
    ):
        session.rollback()
        return _page(found, form), 422
    session.commit()
    flash(_("C’est noté."), "success")
    return _back(found)


def _exchange(public_id: str) -> tuple[Exchange, Project]:
    exchange = fetch(visible_exchanges(viewer()), public_id)
    project = db.session().get_one(Project, exchange.project_id)
    return exchange, project_to_change(project.public_id, may_edit_project)


@plans.post("/usages/<public_id>/fin")
def end(public_id: str) -> ResponseReturnValue:
    exchange, project = _exchange(public_id)
    until = today_in(project.territory)
    if attempt(lambda: end_exchange(exchange, until=until)):
        db.session.commit()
        undo = url_for("plans.resume", public_id=public_id)
        flash_with_undo(_("C’est noté : cela ne fonctionne plus."), undo)
    return _back(project)


@plans.post("/usages/<public_id>/reprise")
def resume(public_id: str) -> ResponseReturnValue:
    exchange, project = _exchange(public_id)
    _run(lambda: resume_exchange(db.session(), exchange), _("C’est annulé."))
    return _back(project)


@plans.post("/usages/<public_id>/retirer")
def forget(public_id: str) -> ResponseReturnValue:
    exchange, project = _exchange(public_id)
    _run(lambda: forget_exchange(db.session(), exchange), _("La ligne est retirée."))
    return _back(project)


def _run(verb: Callable[[], object], done: str) -> None:
    if attempt(verb, done):
        db.session.commit()
