"""What people say on a project or a step: a panel of its page, and a page of its own."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.french import listing
from app.plans.forms.projects import CommentForm
from app.plans.kinds import ProjectState
from app.plans.models import Project
from app.plans.queries.project import comments as latest_comments
from app.plans.queries.readers import readers_of
from app.plans.routes.blueprint import plans, project_to_change
from app.plans.routes.step import back_to, open_step, step_page
from app.plans.rules import may_comment, reads_steps
from app.plans.services.mentions import tell_those_named
from app.plans.services.projects import say
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, leave_to, wants_fragment


@plans.get("/projets/<public_id>/echanges")
def comments(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, reads_steps)
    return _comments(project, CommentForm())


@plans.post("/projets/<public_id>/echanges")
def comment(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_comment)
    form = CommentForm()
    if not form.validate_on_submit():
        return _comments(project, form, 422)
    _say(project, form)
    if not wants_fragment():
        return leave_to(f"/projets/{public_id}#echanges")
    return _comments(project, CommentForm(formdata=None))


@plans.post("/etapes/<public_id>/echanges")
def comment_step(public_id: str) -> ResponseReturnValue:
    step = open_step(public_id, lambda who, found: may_comment(who, found.project))
    form = CommentForm()
    if not form.validate_on_submit():
        return step_page(step, form), 422
    _say(step.project, form, step_id=step.id)
    return back_to(step, "echanges")


def _say(project: Project, form: CommentForm, step_id: int | None = None) -> None:
    """Keep the message, and mail those whom it speaks to by name."""
    session, now = db.session(), clock.now()
    said = say(
        session,
        project,
        author_id=viewer().person_id,
        body=form.body.data or "",
        now=now,
        step_id=step_id,
    )
    also = request.form.getlist("prevenir", type=int)
    told = tell_those_named(session, project, said, also=also, now=now)
    session.commit()
    if told.written:
        flash(_("Un courriel part vers %(names)s.", names=listing(told.written)), "success")
    if told.unreached:
        names = listing(told.unreached)
        flash(
            _("Un brouillon n’écrit à personne : pas de courriel pour %(names)s.", names=names)
            if project.state is ProjectState.DRAFT
            else _("Sans adresse, ou sans courriel voulu : %(names)s.", names=names),
            "info",
        )
    if told.unknown:
        names = listing([f"@{name}" for name in told.unknown])
        flash(
            _("%(names)s : personne de ce nom, ou plusieurs, ne suit ce projet.", names=names),
            "warning",
        )


def _comments(project: Project, form: CommentForm, status: int = 200) -> ResponseReturnValue:
    context = {
        "project": project,
        "form": form,
        "comments": latest_comments(db.session(), project.id),
        "readers": readers_of(db.session(), project.id, project.territory_id),
        "may_comment": may_comment(viewer(), project),
        "zone": project.territory.time_zone,
    }
    if wants_fragment():
        return fragment("plans/_comments.html", status, **context)
    return render_template("plans/comments.html", **context), status
