"""« Fiche de suivi »: what the collectivité's tracker says of a project, and the form for it."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.refusals import RefusedError, StaleError
from app.plans.forms.tracking import SheetForm
from app.plans.kinds import Priority
from app.plans.labels import SHEET_LABELS
from app.plans.models import Project
from app.plans.queries.tracking import Tracking, tracking
from app.plans.routes.blueprint import plans, project_to_change
from app.plans.rules import may_edit_project, reads_money, reads_steps
from app.plans.services.tracking import SheetText, describe_tracking, sheet_version
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, leave_to, wants_fragment


@plans.get("/projets/<public_id>/fiche")
def sheet(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, reads_money)
    context = {
        "project": project,
        "known": tracking(db.session(), project.id),
        "labels": SHEET_LABELS,
        "reads_texts": reads_steps(viewer(), project),
        "may_edit": may_edit_project(viewer(), project),
    }
    if wants_fragment():
        return fragment("plans/_sheet.html", **context)
    return render_template("plans/sheet.html", **context)


@plans.route("/projets/<public_id>/fiche/modifier", methods=["GET", "POST"])
def edit_sheet(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_edit_project)
    known = tracking(db.session(), project.id)
    form = SheetForm(data=_data(project, known))
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            describe_tracking(
                db.session(), project, known, seen_version=form.version.data, text=_text(form)
            )
        except StaleError:
            db.session.rollback()
            form.catch_up(sheet_version(project, known))
            return _form(project, known, form, 409)
        except RefusedError as refusal:
            db.session.rollback()
            form.ends_on.errors = [_(str(refusal))]
            return _form(project, known, form, 422)
        db.session.commit()
        flash(_("La fiche de suivi est enregistrée."), "success")
        return leave_to(f"{url_for('plans.project', public_id=public_id)}#fiche")
    return _form(project, known, form, status)


def _form(project: Project, known: Tracking, form: SheetForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "plans/edit_sheet.html",
        project=project,
        known=known,
        form=form,
        labels=SHEET_LABELS,
        stale=status == 409,
    )
    return page, status


def _data(project: Project, known: Tracking) -> dict[str, object]:
    return {
        "version": sheet_version(project, known),
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "priority": project.priority.value if project.priority else "",
        **dict(known.texts),
    }


def _text(form: SheetForm) -> SheetText:
    return SheetText(
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        priority=Priority(form.priority.data) if form.priority.data else None,
        texts=form.texts,
    )
