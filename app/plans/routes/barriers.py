"""What holds a project up, what would lift it, and what did."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.refusals import StaleError
from app.plans.forms.reality import BarrierForm, LiftForm
from app.plans.kinds import BarrierKind
from app.plans.models import Barrier, Project
from app.plans.queries.project import organisations_of
from app.plans.queries.reality import barriers_of, levers_that_worked, stuck_steps
from app.plans.routes.blueprint import attempt, partners_first, plans, project_to_change, today_in
from app.plans.routes.step import open_step
from app.plans.rules import may_edit_project, may_report, reads_steps, visible_barriers
from app.plans.services.barriers import (
    bring_back,
    describe_barrier,
    lift_barrier,
    note_barrier,
    unblock,
)
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.undo import flash_with_undo


@plans.get("/projets/<public_id>/freins")
def barriers(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, reads_steps)
    if wants_fragment():
        return fragment("plans/_barriers.html", 200, **_context(found))
    return render_template("plans/barriers.html", **_context(found)), 200


def _context(found: Project) -> dict[str, object]:
    session = db.session()
    may_edit = may_edit_project(viewer(), found)
    return {
        "project": found,
        "barriers": barriers_of(session, found.id),
        "stuck": stuck_steps(session, found.id),
        "levers": levers_that_worked(session, viewer(), found) if may_edit else [],
        "may_edit": may_edit,
    }


def _offer(form: BarrierForm, project: Project) -> BarrierForm:
    everyone = organisations_of(db.session(), project.territory_id)
    form.offer(partners_first(project, everyone))
    return form


@plans.route("/projets/<public_id>/freins/nouveau", methods=["GET", "POST"])
def new_barrier(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, may_edit_project)
    form = _offer(BarrierForm(), found)
    if form.validate_on_submit():
        note_barrier(
            db.session(),
            found,
            kind=BarrierKind(form.kind.data),
            note=form.note.data or "",
            lever=form.lever.data or "",
            helper_id=form.helper,
            person_id=viewer().person_id,
            today=today_in(found.territory),
        )
        db.session.commit()
        flash(_("Le frein est noté."), "success")
        return leave_to(url_for("plans.barriers", public_id=public_id))
    status = 422 if request.method == "POST" else 200
    return render_template("plans/edit_barrier.html", project=found, form=form, theirs=None), status


def _barrier(public_id: str) -> tuple[Barrier, Project]:
    barrier = fetch(visible_barriers(viewer()), public_id)
    project = db.session().get_one(Project, barrier.project_id)
    return barrier, project_to_change(project.public_id, may_edit_project)


@plans.route("/freins/<public_id>/modifier", methods=["GET", "POST"])
def edit_barrier(public_id: str) -> ResponseReturnValue:
    barrier, found = _barrier(public_id)
    standing = {name: getattr(barrier, name) for name in ("kind", "note", "lever", "version")}
    form = _offer(BarrierForm(data={**standing, "helper_id": barrier.helper_id or 0}), found)
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            describe_barrier(
                barrier,
                seen_version=form.version.data,
                kind=BarrierKind(form.kind.data),
                note=form.note.data or "",
                lever=form.lever.data or "",
                helper_id=form.helper,
            )
        except StaleError:
            form.catch_up(barrier.version)
            return render_template(
                "plans/edit_barrier.html", project=found, form=form, theirs=barrier
            ), 409
        db.session.commit()
        flash(_("Le frein est enregistré."), "success")
        return leave_to(url_for("plans.barriers", public_id=found.public_id))
    return render_template("plans/edit_barrier.html", project=found, form=form, theirs=None), status


@plans.post("/freins/<public_id>/lever")
def lift(public_id: str) -> ResponseReturnValue:
    barrier, found = _barrier(public_id)
    form = LiftForm()
    how = (form.how.data or "") if form.validate() else (form.how.data or "")[:400]
    if attempt(lambda: lift_barrier(barrier, how=how, today=today_in(found.territory))):
        db.session.commit()
        undo = url_for("plans.barrier_again", public_id=public_id)
        flash_with_undo(_("Un frein de moins."), undo)
    return _back(found)


@plans.post("/freins/<public_id>/revenir")
def barrier_again(public_id: str) -> ResponseReturnValue:
    barrier, found = _barrier(public_id)
    bring_back(barrier)
    db.session.commit()
    flash(_("Le frein est de nouveau noté."), "success")
    return _back(found)


@plans.post("/etapes/<public_id>/debloquer")
def unblock_step(public_id: str) -> ResponseReturnValue:
    step = open_step(public_id, may_report)
    how = request.form.get("how", "")[:400]
    today = today_in(step.project.territory)
    session, who = db.session(), viewer()
    if attempt(
        lambda: unblock(session, step, how=how, person_id=who.person_id, today=today),
        _("C’est débloqué : l’étape est en cours."),
    ):
        session.commit()
    return redirect(url_for("plans.step", public_id=public_id), code=303)


def _back(project: Project) -> ResponseReturnValue:
    return redirect(url_for("plans.barriers", public_id=project.public_id), code=303)
