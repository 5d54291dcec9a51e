"""The project page, and what changes a project as a whole."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.database import new_public_id
from app.plans.kinds import ProjectState, StepStatus
from app.plans.queries.flows import flow_lines
from app.plans.queries.project import step_lines
from app.plans.routes.blueprint import (
    attempt,
    open_project_page,
    plans,
    project_to_change,
    today_in,
)
from app.plans.routes.drawn import flows_part, partners_part, step_rows, track_part
from app.plans.routes.telling import say_who_is_told
from app.plans.rules import (
    ENDED,
    may_copy_project,
    may_declare_flow,
    may_edit_project,
    may_reopen_project,
    may_save_pattern,
    reads_steps,
)
from app.plans.services.for_you import tell_entrusted
from app.plans.services.projects import (
    launch_project,
    pause_project,
    reopen_project,
)
from app.web import panels
from app.web.database import db
from app.web.gate import viewer

# where the stage is the last one reached, and nothing moves
IDLE = (ProjectState.PAUSED, ProjectState.ABANDONED)


@plans.get("/projets/<public_id>")
def project(public_id: str) -> ResponseReturnValue:
    card, who = open_project_page(public_id), viewer()
    found = card.as_project
    lines = step_lines(db.session(), found.id, today_in(found.territory))
    reads = reads_steps(who, found)
    return render_template(
        "plans/project.html",
        project=found,
        track=track_part(found.stage, idle=found.state in IDLE),
        panels=panels.for_page("project", who, found),
        may_reopen=may_reopen_project(who, found),
        may_copy=may_copy_project(who, found),
        may_save=may_save_pattern(who, found),
        partners=partners_part(who, card),
        flows=flows_part(
            public_id,
            tuple(flow_lines(db.session(), who, found)),
            may_declare=may_declare_flow(who, found),
        ),
        reads_steps=reads,
        may_edit=may_edit_project(who, found),
        rows=step_rows(who, found, lines) if reads else None,
        once=new_public_id(),
        counted=[line for line in lines if line.status is not StepStatus.ABANDONED],
    )


@plans.post("/projets/<public_id>/etat")
def change_state(public_id: str) -> ResponseReturnValue:
    found = project_to_change(public_id, may_reopen_project)
    verbs = {
        "launch": (
            lambda: launch_project(found, now=clock.now()),
            _("Le projet reprend.")
            if found.state is ProjectState.PAUSED
            else _("Le projet est lancé."),
        ),
        "pause": (lambda: pause_project(found), _("Le projet est en pause : plus aucun courriel.")),
        "reopen": (lambda: reopen_project(found, now=clock.now()), _("Le projet est rouvert.")),
    }
    asked = request.form.get("verb", "")
    if asked not in verbs:
        abort(400)
    if asked != "reopen" and found.state in ENDED:
        abort(403)
    verb, done = verbs[asked]
    was_draft = found.state is ProjectState.DRAFT
    if attempt(verb, done):
        if was_draft:
            # a draft told nobody: now everybody hears what is theirs in it
            steps, by_id = found.steps, viewer().person_id
            say_who_is_told(tell_entrusted(db.session(), steps, by_id=by_id, now=clock.now()))
        db.session.commit()
    return redirect(url_for("plans.project", public_id=public_id), code=303)
