"""Passing a step or a theme on to another organisation."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload
from wtforms.fields.choices import SelectChoice

from app.agreements.forms import NOT_CHOSEN, HandStepForm, HandThemeForm
from app.agreements.queries.questions import open_steps_of_theme
from app.agreements.routes.blueprint import agreements, back_to
from app.agreements.rules import drivable_themes
from app.agreements.services.hand_overs import (
    give_theme_back,
    offer_step,
    offer_theme,
    waiting_offer,
)
from app.agreements.words import steps_stay
from app.core import clock
from app.plans.models import ActionPlan, Step, Theme
from app.plans.queries.project import editable_steps, organisations_of, people_of
from app.plans.routes.blueprint import attempt
from app.plans.rules import may_report
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory


@agreements.route("/etapes/<public_id>/passer", methods=["GET", "POST"])
def hand_step_on(public_id: str) -> ResponseReturnValue:
    """Offer a step to somebody else; it stays where it is until they say yes."""
    step = fetch(editable_steps(viewer()), public_id, may_report)
    show_territory(step.project.territory)
    form = HandStepForm()
    form.to.choices = _receivers(step)
    if form.validate_on_submit():
        organisation_id, _dot, person_id = form.to.data.partition(".")
        if attempt(
            lambda: offer_step(
                db.session(),
                step,
                organisation_id=int(organisation_id),
                person_id=int(person_id) if person_id else None,
                word=(form.word.data or "").strip() or None,
                asker_id=viewer().person_id,
                now=clock.now(),
            ),
            _("C’est proposé. L’étape vous reste jusqu’à leur réponse."),
        ):
            db.session.commit()
            return back_to(step.project, "accords")
        db.session.rollback()
        return redirect(url_for("agreements.hand_step_on", public_id=public_id), code=303)
    status = 422 if request.method == "POST" else 200
    return render_template(
        "agreements/hand_step.html",
        step=step,
        project=step.project,
        form=form,
        waiting=waiting_offer(db.session(), "step", step.id),
    ), status


def _receivers(step: Step) -> list[SelectChoice]:
    """Organisations, each followed by its people, as « 12 » and « 12.34 »."""
    session, territory_id = db.session(), step.territory_id
    people: dict[int, list[SelectChoice]] = {}
    known = people_of(session, viewer(), territory_id, [step.project_id])
    for organisation_id, person_id, person, organisation in known:
        people.setdefault(organisation_id, []).append(
            SelectChoice(f"{organisation_id}.{person_id}", f"{organisation} – {person}")
        )
    choices = [NOT_CHOSEN]
    for organisation_id, name in organisations_of(session, territory_id):
        choices.append(SelectChoice(str(organisation_id), name))
        choices += people.get(organisation_id, [])
    return choices


@agreements.route("/themes/<public_id>/passer", methods=["GET", "POST"])
def hand_theme_on(public_id: str) -> ResponseReturnValue:
    """Offer a theme, with the driving of its projects, to another organisation."""
    theme = _theme(public_id)
    form = HandThemeForm()
    form.organisation_id.choices = [NOT_CHOSEN, *_others(theme)]
    if form.validate_on_submit() and attempt(
        lambda: offer_theme(
            db.session(),
            theme,
            organisation_id=int(form.organisation_id.data),
            word=(form.word.data or "").strip() or None,
            asker_id=viewer().person_id,
            now=clock.now(),
        ),
        _("C’est proposé. Rien ne change jusqu’à leur réponse."),
    ):
        db.session.commit()
        return leave_to(url_for("agreements.themes", public_id=theme.plan.public_id))
    status = 422 if request.method == "POST" else 200
    open_steps = open_steps_of_theme(db.session(), theme.id)
    return render_template(
        "agreements/hand_theme.html",
        theme=theme,
        form=form,
        waiting=waiting_offer(db.session(), "theme", theme.id),
        steps_stay=steps_stay(open_steps) if open_steps else None,
        animates=theme.territory_id in viewer().animates,
    ), status


def _others(theme: Theme) -> list[SelectChoice]:
    """The organisations of the territory, but for the one that drives the theme already."""
    return [
        SelectChoice(str(organisation_id), name)
        for organisation_id, name in organisations_of(db.session(), theme.territory_id)
        if organisation_id != theme.lead_organisation_id
    ]


@agreements.post("/themes/<public_id>/reprendre")
def take_theme_back(public_id: str) -> ResponseReturnValue:
    """The territory drives it again."""
    theme = _theme(public_id)
    give_theme_back(db.session(), theme)
    db.session.commit()
    flash(_("L’axe est de nouveau animé par l’équipe du territoire."), "success")
    return leave_to(url_for("agreements.themes", public_id=theme.plan.public_id))


def _theme(public_id: str) -> Theme:
    theme = fetch(
        drivable_themes(viewer()).options(
            joinedload(Theme.plan).joinedload(ActionPlan.territory),
            joinedload(Theme.lead_organisation),
        ),
        public_id,
    )
    show_territory(theme.plan.territory)
    return theme
