"""How people are spoken to: a territory's rules, and what a project or a step wants instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.accounts.models import Territory
from app.accounts.routes.blueprint import open_animated_territory
from app.core.refusals import RefusedError
from app.plans.models import Project, Step
from app.plans.routes.blueprint import project_to_change
from app.plans.routes.step import open_step
from app.plans.rules import may_reopen_project
from app.reminders.forms import PatienceForm, PolicyForm
from app.reminders.kinds import Audience, Manner
from app.reminders.labels import AUDIENCES, GAPS
from app.reminders.queries.choices import patience_in, policies_of
from app.reminders.routes.blueprint import reminders
from app.reminders.services.choosing import set_manner, set_patience, set_policy
from app.web.database import db
from app.web.htmx import leave_to


@dataclass(frozen=True)
class Rules:
    """What stands on the page: a form for each audience, and one for how long is waited."""

    audiences: Mapping[Audience, PolicyForm]
    patience: PatienceForm


@reminders.get("/territoires/<public_id>/relances/regles")
def policy(public_id: str) -> ResponseReturnValue:
    found = open_animated_territory(public_id)
    return _page(found, _rules(found, None))


@reminders.post("/territoires/<public_id>/relances/regles")
def set_rules(public_id: str) -> ResponseReturnValue:
    """All of them at once, or none."""
    found, session = open_animated_territory(public_id), db.session()
    rules = _rules(found, request.form)
    sound = [form.validate() for form in rules.audiences.values()]
    if not (rules.patience.validate() and all(sound)):
        return _page(found, rules), 422
    for audience, form in rules.audiences.items():
        try:
            set_policy(session, found.id, audience, form.policy)
        except RefusedError as refusal:
            session.rollback()
            form.gap.errors = [_(str(refusal))]
            return _page(open_animated_territory(public_id), rules), 422
    set_patience(session, found.id, rules.patience.patience)
    session.commit()
    flash(_("Les règles valent dès le prochain envoi. Ce qui est parti ne repart pas."), "success")
    return leave_to(url_for("reminders.territory", public_id=public_id))


def _rules(found: Territory, sent: MultiDict[str, str] | None) -> Rules:
    session = db.session()
    chosen, patience = policies_of(session, found.id), patience_in(session, found.id)
    forms = {
        audience: PolicyForm(formdata=sent, prefix=audience.value, obj=chosen[audience])
        for audience in Audience
    }
    return Rules(forms, PatienceForm(formdata=sent, prefix="patience", obj=patience))


def _page(found: Territory, rules: Rules) -> str:
    return render_template(
        "reminders/rules.html", place=found, rules=rules, audiences=AUDIENCES, gaps=GAPS
    )


@reminders.post("/projets/<public_id>/relances")
def set_projects_manner(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, may_reopen_project)
    return _choose(found, found.public_id)


@reminders.post("/etapes/<public_id>/relances")
def set_steps_manner(public_id: str) -> ResponseReturnValue:
    found = open_step(public_id, lambda who, step: may_reopen_project(who, step.project))
    return _choose(found, found.project.public_id)


def _choose(of: Project | Step, project_id: str) -> ResponseReturnValue:
    try:
        manner = Manner(request.form.get("maniere", ""))
    except ValueError:
        flash(_("Choisissez comment relancer."), "warning")
        return leave_to(url_for("reminders.project", public_id=project_id))
    set_manner(db.session(), of, manner)
    db.session.commit()
    said = {
        Manner.USUAL: _("Relances comme partout sur le territoire."),
        Manner.ONCE: _("Un seul rappel, avant la date ; aucune relance après."),
        Manner.NONE: _("Plus aucun rappel ni relance ici."),
    }
    flash(said[manner], "success")
    return leave_to(url_for("reminders.project", public_id=project_id))
