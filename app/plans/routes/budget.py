"""« Budget et financements »: what a project is to cost, and who pays."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from app.core import clock
from app.core.folding import fold
from app.core.french import of
from app.core.refusals import RefusedError, StaleError
from app.plans.budget import summed
from app.plans.forms.budget import BudgetForm, FundingForm
from app.plans.kinds import FundingState
from app.plans.models import Funding, Project
from app.plans.queries.budget import funding_lines
from app.plans.queries.project import organisations_of
from app.plans.routes.blueprint import attempt, plans, project_to_change
from app.plans.rules import may_edit_project, reads_money, visible_fundings
from app.plans.services.funding import (
    FundingText,
    add_funding,
    change_funding,
    plan_budget,
    remove_funding,
    restore_funding,
)
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory
from app.web.undo import flash_with_undo


@plans.get("/projets/<public_id>/budget")
def budget(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, reads_money)
    lines = funding_lines(db.session(), project.id)
    context = {
        "project": project,
        "lines": lines,
        "budget": summed(project.budget_cents, lines),
        "may_edit": may_edit_project(viewer(), project),
        "is_panel": wants_fragment(),
    }
    if wants_fragment():
        return fragment("plans/_budget.html", **context)
    return render_template("plans/budget.html", **context)


@plans.route("/projets/<public_id>/budget/modifier", methods=["GET", "POST"])
def edit_budget(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_edit_project)
    form = BudgetForm(data={"budget": project.budget_cents, "version": project.version})
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            plan_budget(project, seen_version=form.version.data, cents=form.budget.data)
        except StaleError:
            db.session.rollback()
            form.catch_up(project.version)
            return _budget_form(project, form, 409)
        db.session.commit()
        flash(_("Le budget prévu est enregistré."), "success")
        return leave_to(_page(project))
    return _budget_form(project, form, status)


def _budget_form(project: Project, form: BudgetForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "plans/edit_budget.html", project=project, form=form, stale=status == 409
    )
    return page, status


@plans.route("/projets/<public_id>/financements/nouveau", methods=["GET", "POST"])
def new_funding(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_edit_project)
    form = FundingForm()
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            line = add_funding(db.session(), project, _text(project, form))
        except RefusedError as refusal:
            form.funder.errors = [_(str(refusal))]
            return _funding_form(project, form, 422)
        db.session.commit()
        flash_with_undo(
            _("Le financement %(of_funder)s est noté.", of_funder=of(line.funder)),
            url_for("plans.remove_funding_line", public_id=line.public_id),
        )
        return leave_to(_page(project))
    return _funding_form(project, form, status)


@plans.route("/financements/<public_id>/modifier", methods=["GET", "POST"])
def edit_funding(public_id: str) -> ResponseReturnValue:
    line = _line(public_id)
    form = FundingForm(
        data={
            "funder": line.funder,
            "amount": line.amount_cents,
            "spent": line.spent_cents,
            "state": line.state.value,
            "version": line.version,
        }
    )
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            text = _text(line.project, form)
            change_funding(line, seen_version=form.version.data, text=text)
        except StaleError:
            db.session.rollback()
            form.catch_up(line.version)
            return _funding_form(line.project, form, 409, line)
        except RefusedError as refusal:
            form.funder.errors = [_(str(refusal))]
            return _funding_form(line.project, form, 422, line)
        db.session.commit()
        flash(_("Le financement est enregistré."), "success")
        return leave_to(_page(line.project))
    return _funding_form(line.project, form, status, line)


def _funding_form(
    project: Project, form: FundingForm, status: int, line: Funding | None = None
) -> ResponseReturnValue:
    page = render_template(
        "plans/funding.html",
        project=project,
        form=form,
        line=line,
        names=[name for _id, name in organisations_of(db.session(), project.territory_id)],
        stale=status == 409,
    )
    return page, status


def _text(project: Project, form: FundingForm) -> FundingText:
    funder = form.funder.data or ""
    known = organisations_of(db.session(), project.territory_id)
    meant = [pair for pair in known if fold(pair[1]) == fold(funder)]
    return FundingText(
        funder=meant[0][1] if len(meant) == 1 else funder,
        organisation_id=meant[0][0] if len(meant) == 1 else None,
        amount_cents=form.amount.data,
        spent_cents=form.spent.data,
        state=FundingState(form.state.data),
    )


@plans.post("/financements/<public_id>/retirer")
def remove_funding_line(public_id: str) -> ResponseReturnValue:
    line = _line(public_id)
    remove_funding(line, now=clock.now())
    db.session.commit()
    flash_with_undo(
        _("Le financement %(of_funder)s est retiré.", of_funder=of(line.funder)),
        url_for("plans.restore_funding_line", public_id=public_id),
    )
    return redirect(_page(line.project), code=303)


@plans.post("/financements/<public_id>/remettre")
def restore_funding_line(public_id: str) -> ResponseReturnValue:
    line = _line(public_id)
    if attempt(
        lambda: restore_funding(db.session(), line),
        _("Le financement %(of_funder)s est revenu.", of_funder=of(line.funder)),
    ):
        db.session.commit()
    return redirect(_page(line.project), code=303)


def _line(public_id: str) -> Funding:
    line = fetch(
        visible_fundings(viewer()).options(
            contains_eager(Funding.project).joinedload(Project.territory),
            contains_eager(Funding.project).joinedload(Project.theme),
            contains_eager(Funding.project).selectinload(Project.partners),
        ),
        public_id,
        lambda who, found: may_edit_project(who, found.project),
    )
    show_territory(line.project.territory)
    return line


def _page(project: Project) -> str:
    return url_for("plans.budget", public_id=project.public_id)
