"""The values of an indicator: noted in ten seconds, corrected, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.core.viewer import Viewer
from app.plans.forms.indicators import ValueForm, part_of
from app.plans.kinds import MeasureMethod
from app.plans.models import Indicator, Measurement, Project
from app.plans.periods import Span, usual_year
from app.plans.routes.blueprint import attempt, plans, today_in
from app.plans.routes.indicators import indicator_of, page_of
from app.plans.rules import (
    carriers,
    may_correct,
    may_edit_project,
    may_measure,
    may_withdraw,
    offers_sources,
    visible_measurements,
)
from app.plans.services.measuring import ValueText, correct, measure, put_back, withdraw
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory
from app.web.undo import came_from, flash_with_undo, way_back


@plans.route("/indicateurs/<public_id>/valeur", methods=["GET", "POST"])
def new_value(public_id: str) -> ResponseReturnValue:
    indicator = indicator_of(public_id, may_measure)
    today = today_in(indicator.project.territory)
    form = ValueForm(
        data={
            "year": usual_year(today),
            "organisation_id": _own_source(indicator.project),
            "method": MeasureMethod.DECLARED.value,
        }
    )
    _offer(form, indicator.project, today)
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            made = measure(db.session(), indicator, _text(form), now=clock.now(), today=today)
        except RefusedError as refusal:
            form.year.errors = [_(str(refusal))]
            return _form(indicator, form, 422)
        db.session.commit()
        _say_noted(made)
        return leave_to(way_back(page_of(indicator.project)))
    return _form(indicator, form, status)


def _say_noted(made: Measurement) -> None:
    span = Span(made.starts_on, made.ends_on)
    said = _("La valeur est notée : %(period)s.", period=span.words)
    if span.year is None:
        said += " " + _("À cheval sur deux années, elle n’entre dans le total d’aucune.")
    flash_with_undo(said, url_for("plans.withdraw_value", public_id=made.public_id))


@plans.route("/valeurs/<public_id>/modifier", methods=["GET", "POST"])
def edit_value(public_id: str) -> ResponseReturnValue:
    found = _value(public_id, may_correct)
    indicator, today = found.indicator, today_in(found.indicator.project.territory)
    form = ValueForm(
        data={
            "value": found.value,
            "method": found.method.value,
            "how": found.how,
            "organisation_id": found.organisation_id or 0,
            "version": found.version,
            **part_of(Span(found.starts_on, found.ends_on)),
        }
    )
    _offer(form, indicator.project, today, found)
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            correct(
                db.session(),
                found,
                seen_version=form.version.data,
                text=_text(form),
                today=today,
            )
        except StaleError:
            db.session.rollback()
            form.catch_up(found.version)
            return _form(indicator, form, 409, found)
        except RefusedError as refusal:
            form.year.errors = [_(str(refusal))]
            return _form(indicator, form, 422, found)
        db.session.commit()
        flash(_("La valeur est corrigée."), "success")
        return leave_to(page_of(indicator.project))
    return _form(indicator, form, status, found)


def _text(form: ValueForm) -> ValueText:
    assert form.value.data is not None  # required
    return ValueText(
        form.span,
        form.value.data,
        MeasureMethod(form.method.data),
        form.how.data,
        form.organisation_id.data or None,
    )


def _form(
    indicator: Indicator, form: ValueForm, status: int, found: Measurement | None = None
) -> ResponseReturnValue:
    project = indicator.project
    page = render_template(
        "plans/value.html",
        indicator=indicator,
        form=form,
        measurement=found,
        readers=[one.organisation.name for one in carriers(project)],
        suite=way_back(page_of(project)),
        stale=status == 409,
    )
    return page, status


def _own_source(project: Project) -> int:
    """Whose word it most likely is: the viewer's organisation among the partners."""
    own = [one for one in offers_sources(viewer(), project) if one in viewer().organisations]
    return own[0] if own else 0


def _offer(
    form: ValueForm, project: Project, today: date, found: Measurement | None = None
) -> None:
    names = {one.organisation_id: one.organisation.name for one in project.partners}
    sources = {one: names[one] for one in offers_sources(viewer(), project)}
    if found and found.organisation:
        # who said it may have left the project since
        sources[found.organisation.id] = found.organisation.name
    form.offer(
        today,
        sources.items(),
        nobody=may_edit_project(viewer(), project),
        known=found.starts_on.year if found else today.year,
    )


@plans.post("/valeurs/<public_id>/retirer")
def withdraw_value(public_id: str) -> ResponseReturnValue:
    found = _value(public_id, may_withdraw)
    withdraw(found, now=clock.now())
    db.session.commit()
    flash_with_undo(
        _("La valeur est retirée."), url_for("plans.put_value_back", public_id=public_id)
    )
    return redirect(came_from(page_of(found.indicator.project)), code=303)


@plans.post("/valeurs/<public_id>/remettre")
def put_value_back(public_id: str) -> ResponseReturnValue:
    found = _value(public_id, may_withdraw)
    if attempt(lambda: put_back(db.session(), found), _("La valeur est revenue.")):
        db.session.commit()
    return redirect(came_from(page_of(found.indicator.project)), code=303)


def _value(public_id: str, may: Callable[[Viewer, Project, Measurement], bool]) -> Measurement:
    project = contains_eager(Measurement.indicator).contains_eager(Indicator.project)
    found = fetch(
        visible_measurements(viewer()).options(
            project.joinedload(Project.territory),
            project.joinedload(Project.theme),
            project.selectinload(Project.partners),
        ),
        public_id,
        lambda who, found: may(who, found.indicator.project, found),
    )
    show_territory(found.indicator.project.territory)
    return found
