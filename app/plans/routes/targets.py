"""What an indicator is to reach, year by year."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.core.viewer import Viewer
from app.plans.forms.indicators import TargetForm
from app.plans.models import Indicator, Project, Target
from app.plans.routes.blueprint import attempt, plans, today_in
from app.plans.routes.indicators import indicator_of, page_of
from app.plans.rules import may_edit_project, may_retarget, visible_targets
from app.plans.services.measuring import aim, change_target, remove_target, restore_target
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory
from app.web.undo import flash_with_undo


@plans.route("/indicateurs/<public_id>/objectif", methods=["GET", "POST"])
def new_target(public_id: str) -> ResponseReturnValue:
    indicator = indicator_of(public_id)
    today = today_in(indicator.project.territory)
    form = TargetForm(data={"year": today.year + 1, "baseline_year": 0})
    form.offer(today)
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            made = aim(db.session(), indicator, form.text, now=clock.now())
        except RefusedError as refusal:
            form.year.errors = [_(str(refusal))]
            return _form(indicator, form, 422)
        db.session.commit()
        flash_with_undo(
            _("L’objectif de %(year)s est noté.", year=made.year),
            url_for("plans.remove_target_line", public_id=made.public_id),
        )
        return leave_to(page_of(indicator.project))
    return _form(indicator, form, status)


@plans.route("/objectifs/<public_id>/modifier", methods=["GET", "POST"])
def edit_target(public_id: str) -> ResponseReturnValue:
    found = _target(public_id, may_retarget)
    form = TargetForm(
        data={
            "value": found.value,
            "year": found.year,
            "baseline_value": found.baseline_value,
            "baseline_year": found.baseline_year or 0,
            "version": found.version,
        }
    )
    form.offer(today_in(found.indicator.project.territory), found.year, found.baseline_year)
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            change_target(db.session(), found, seen_version=form.version.data, text=form.text)
        except StaleError:
            db.session.rollback()
            form.catch_up(found.version)
            return _form(found.indicator, form, 409, found)
        except RefusedError as refusal:
            form.year.errors = [_(str(refusal))]
            return _form(found.indicator, form, 422, found)
        db.session.commit()
        flash(_("L’objectif est enregistré."), "success")
        return leave_to(page_of(found.indicator.project))
    return _form(found.indicator, form, status, found)


def _form(
    indicator: Indicator, form: TargetForm, status: int, found: Target | None = None
) -> ResponseReturnValue:
    page = render_template(
        "plans/target.html", indicator=indicator, form=form, target=found, stale=status == 409
    )
    return page, status


@plans.post("/objectifs/<public_id>/retirer")
def remove_target_line(public_id: str) -> ResponseReturnValue:
    found = _target(public_id)
    remove_target(found, now=clock.now())
    db.session.commit()
    flash_with_undo(
        _("L’objectif de %(year)s est retiré.", year=found.year),
        url_for("plans.restore_target_line", public_id=public_id),
    )
    return redirect(page_of(found.indicator.project), code=303)


@plans.post("/objectifs/<public_id>/remettre")
def restore_target_line(public_id: str) -> ResponseReturnValue:
    found = _target(public_id)
    if attempt(
        lambda: restore_target(db.session(), found),
        _("L’objectif de %(year)s est revenu.", year=found.year),
    ):
        db.session.commit()
    return redirect(page_of(found.indicator.project), code=303)


def _may_edit(who: Viewer, project: Project, _target: Target) -> bool:
    return may_edit_project(who, project)


def _target(public_id: str, may: Callable[[Viewer, Project, Target], bool] = _may_edit) -> Target:
    project = contains_eager(Target.indicator).contains_eager(Indicator.project)
    found = fetch(
        visible_targets(viewer()).options(
            project.joinedload(Project.territory),
            project.joinedload(Project.theme),
            project.selectinload(Project.partners),
        ),
        public_id,
        lambda who, found: may(who, found.indicator.project, found),
    )
    show_territory(found.indicator.project.territory)
    return found
