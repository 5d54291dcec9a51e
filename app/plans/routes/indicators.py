"""« Indicateurs »: what a project measures, its targets and its values."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.core.viewer import Viewer
from app.plans.forms.indicators import UNITS, IndicatorForm, NewIndicatorForm
from app.plans.kinds import MeasureMethod
from app.plans.labels import choices
from app.plans.models import Indicator, Project
from app.plans.periods import usual_year
from app.plans.queries.indicators import IndicatorCard, indicator_cards
from app.plans.routes.blueprint import attempt, plans, project_to_change, today_in
from app.plans.rules import (
    may_edit_project,
    may_measure,
    may_show_values,
    reads_steps,
    value_newcomers,
    visible_indicators,
)
from app.plans.services.measuring import (
    add_indicator,
    aim,
    describe_indicator,
    remove_indicator,
    restore_indicator,
    show_values,
)
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory
from app.web.undo import flash_with_undo


@plans.get("/projets/<public_id>/indicateurs")
def indicators(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, lambda _viewer, _project: True)
    who = viewer()
    cards = indicator_cards(db.session(), who, project, reads_texts=reads_steps(who, project))
    today = today_in(project.territory)
    context = {
        "project": project,
        "cards": cards,
        "may_edit": may_edit_project(who, project),
        "may_measure": may_measure(who, project),
        "methods": choices(MeasureMethod),
        "this_year": today.year,
        "usual_year": usual_year(today),
        "newcomers": _newcomers(project, cards) if may_show_values(who, project) else [],
    }
    if wants_fragment():
        return fragment("plans/_indicators_panel.html", **context)
    return render_template("plans/indicators.html", **context)


def _newcomers(project: Project, cards: list[IndicatorCard]) -> list[str]:
    """Who has confirmed since something here was noted, by name."""
    oldest = min((one.opened_at for one in cards if one.opened_at), default=None)
    late = value_newcomers(project, oldest) if oldest else []
    return [one.organisation.name for one in project.partners if one.organisation_id in late]


@plans.post("/projets/<public_id>/indicateurs/montrer")
def show_project_values(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_show_values)
    show_values(db.session(), project, now=clock.now())
    db.session.commit()
    flash(_("Les valeurs sont ouvertes à tous les partenaires confirmés d’aujourd’hui."), "success")
    return redirect(page_of(project), code=303)


@plans.route("/projets/<public_id>/indicateurs/nouveau", methods=["GET", "POST"])
def new_indicator(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_edit_project)
    form = NewIndicatorForm()
    form.offer(today_in(project.territory))
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            made = _add(project, form)
        except RefusedError as refusal:
            form.label.errors = [_(str(refusal))]
            return _form(project, form, 422)
        db.session.commit()
        flash_with_undo(
            _("L’indicateur est ajouté."),
            url_for("plans.remove_indicator_card", public_id=made.public_id),
        )
        return leave_to(page_of(project))
    return _form(project, form, status)


def _add(project: Project, form: NewIndicatorForm) -> Indicator:
    made = add_indicator(
        db.session(),
        project,
        name=form.label.data or "",
        unit=form.unit.data or "",
        axis=form.chosen_axis,
    )
    if form.target:
        aim(db.session(), made, form.target, now=clock.now())
    return made


@plans.route("/indicateurs/<public_id>/modifier", methods=["GET", "POST"])
def edit_indicator(public_id: str) -> ResponseReturnValue:
    found = indicator_of(public_id)
    form = IndicatorForm(
        data={
            "label": found.label,
            "unit": found.unit,
            "axis": found.axis.value if found.axis else "",
            "version": found.version,
        }
    )
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            describe_indicator(
                db.session(),
                found,
                seen_version=form.version.data,
                name=form.label.data or "",
                unit=form.unit.data or "",
                axis=form.chosen_axis,
            )
        except StaleError:
            db.session.rollback()
            form.catch_up(found.version)
            return _form(found.project, form, 409, found)
        except RefusedError as refusal:
            form.label.errors = [_(str(refusal))]
            return _form(found.project, form, 422, found)
        db.session.commit()
        flash(_("L’indicateur est enregistré."), "success")
        return leave_to(page_of(found.project))
    return _form(found.project, form, status, found)


def _form(
    project: Project, form: IndicatorForm, status: int, found: Indicator | None = None
) -> ResponseReturnValue:
    page = render_template(
        "plans/indicator.html",
        project=project,
        form=form,
        indicator=found,
        units=UNITS,
        stale=status == 409,
    )
    return page, status


@plans.post("/indicateurs/<public_id>/retirer")
def remove_indicator_card(public_id: str) -> ResponseReturnValue:
    found = indicator_of(public_id)
    remove_indicator(found, now=clock.now())
    db.session.commit()
    flash_with_undo(
        _("L’indicateur est retiré, avec ses valeurs."),
        url_for("plans.restore_indicator_card", public_id=public_id),
    )
    return redirect(page_of(found.project), code=303)


@plans.post("/indicateurs/<public_id>/remettre")
def restore_indicator_card(public_id: str) -> ResponseReturnValue:
    found = indicator_of(public_id)
    if attempt(
        lambda: restore_indicator(db.session(), found),
        _("L’indicateur est revenu, avec ses valeurs."),
    ):
        db.session.commit()
    return redirect(page_of(found.project), code=303)


def indicator_of(
    public_id: str, may: Callable[[Viewer, Project], bool] = may_edit_project
) -> Indicator:
    """The indicator for a change, by who edits its project unless another right is named."""
    found = fetch(
        visible_indicators(viewer()).options(
            contains_eager(Indicator.project).joinedload(Project.territory),
            contains_eager(Indicator.project).joinedload(Project.theme),
            contains_eager(Indicator.project).selectinload(Project.partners),
        ),
        public_id,
        lambda who, found: may(who, found.project),
    )
    show_territory(found.project.territory)
    return found


def page_of(project: Project) -> str:
    return url_for("plans.indicators", public_id=project.public_id)
