"""What people say on a project: a panel of the project's page, and a page of its own."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.core import clock
from app.plans.forms.projects import CommentForm
from app.plans.models import Project
from app.plans.queries.project import comments as latest_comments
from app.plans.routes.blueprint import plans, project_to_change
from app.plans.rules import may_comment, reads_steps
from app.plans.services import say
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
    say(
        db.session(),
        project,
        author_id=viewer().person_id,
        body=form.body.data or "",
        now=clock.now(),
    )
    db.session.commit()
    if not wants_fragment():
        return leave_to(f"/projets/{public_id}#echanges")
    return _comments(project, CommentForm(formdata=None))


def _comments(project: Project, form: CommentForm, status: int = 200) -> ResponseReturnValue:
    context = {
        "project": project,
        "form": form,
        "comments": latest_comments(db.session(), project.id),
        "may_comment": may_comment(viewer(), project),
        "zone": project.territory.time_zone,
    }
    if wants_fragment():
        return fragment("plans/_comments.html", status, **context)
    return render_template("plans/comments.html", **context), status
