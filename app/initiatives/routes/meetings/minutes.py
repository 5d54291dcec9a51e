"""Minutes beside the poster, and decisions that become steps while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.files.models import Document
from app.files.queries import documents_on
from app.files.recognition import BY_ENDING, IMAGES
from app.initiatives.forms.meetings import DecisionForm, MinutesForm
from app.initiatives.models import Meeting
from app.initiatives.queries.choices import project_choices
from app.initiatives.queries.results import decisions_of
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import meeting_here
from app.initiatives.routes.meetings.typed import TypedDecisions
from app.initiatives.rules.meetings import kept_decisions, may_keep, may_run_meeting
from app.initiatives.services import minutes as verbs
from app.initiatives.shelf import POSTERS, MeetingShelf
from app.plans.models import Project
from app.plans.queries.project import editable_projects, organisations_of
from app.plans.rules import may_edit_project
from app.plans.services.for_you import tell_entrusted
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment

PICTURES = ",".join(f".{ending}" for ending, kind in BY_ENDING.items() if kind in IMAGES)


@initiatives.route("/rencontres/<public_id>/compte-rendu", methods=["GET", "POST"])
def minutes(public_id: str) -> ResponseReturnValue:
    """On a desk the poster and the lines typed from it side by side; on a phone one below the
    other."""
    found = meeting_here(public_id, may_run_meeting)
    form = MinutesForm(data=_kept_text(found))
    if request.method == "POST" and form.validate_on_submit():
        return _write(found, form)
    return _page(found, form), 422 if request.method == "POST" else 200


def _kept_text(found: Meeting) -> dict[str, Any]:
    known = verbs.minutes_of(db.session(), found)
    if known is None:
        return {"body": "", "version": verbs.NOTHING_YET}
    return {"body": known.body, "version": known.version}


def _write(found: Meeting, form: MinutesForm) -> ResponseReturnValue:
    session = db.session()
    try:
        verbs.write_minutes(
            session, found, body=form.body.data or "", seen_version=form.version.data
        )
    except StaleError:
        session.rollback()
        theirs = verbs.minutes_of(session, found)
        form.catch_up(theirs.version if theirs else verbs.NOTHING_YET)
        return _page(found, form, theirs=theirs.body if theirs else ""), 409
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _page(found, form), 422
    session.commit()
    flash(_("Le compte rendu est enregistré."), "success")
    return leave_to(url_for("initiatives.minutes", public_id=found.public_id))


def _page(
    found: Meeting,
    form: MinutesForm,
    *,
    line: DecisionForm | None = None,
    theirs: str | None = None,
) -> str:
    return render_template(
        "initiatives/minutes.html",
        form=form,
        theirs=theirs,
        posters=_posters(found),
        poster_shelf=MeetingShelf(viewer(), found, POSTERS),
        pictures=PICTURES,
        **_decided(found, line or _decision_form(found)),
    )


def _posters(found: Meeting) -> Sequence[Document]:
    shelf = MeetingShelf(viewer(), found, POSTERS)
    listed = documents_on(db.session(), shelf, clock.now())
    return [one for one in listed if one.removed_at is None and one.kind in IMAGES]


def _decision_form(found: Meeting) -> DecisionForm:
    session = db.session()
    form = DecisionForm()
    named = {project.id for project in found.projects}
    projects = project_choices(session, viewer(), found.territory_id)
    form.offer(
        sorted(projects, key=lambda pair: pair[0] not in named),
        organisations_of(session, found.territory_id),
    )
    return form


def _decided(found: Meeting, line: DecisionForm) -> dict[str, Any]:
    decisions = decisions_of(db.session(), found.id)
    return {
        "meeting": found,
        "decisions": decisions,
        # whoever runs it animates the territory, and sees all of its projects
        "seen": {one.project_id for one in decisions},
        "line": line,
        "may_run": True,
        # a part that htmx swaps in is ready for the next line; a page begins at its top
        "focus": wants_fragment(),
    }


@initiatives.post("/rencontres/<public_id>/decisions")
def new_decision(public_id: str) -> ResponseReturnValue:
    """A line more, or ten; the list answers, ready for the next one, in the same project."""
    found = meeting_here(public_id, may_run_meeting)
    form = _decision_form(found)
    if not form.validate_on_submit() or not _are_kept(found, form):
        if wants_fragment():
            return fragment("initiatives/_decisions.html", 422, **_decided(found, form))
        text = MinutesForm(formdata=None, data=_kept_text(found))
        return _page(found, text, line=form), 422
    db.session.commit()
    if not wants_fragment():
        url = url_for("initiatives.minutes", public_id=public_id, _anchor="decisions")
        return redirect(url, code=303)
    blank = DecisionForm(formdata=None, data={"project_id": form.project_id.data})
    blank.project_id.choices = form.project_id.choices
    blank.organisation_id.choices = form.organisation_id.choices
    return fragment("initiatives/_decisions.html", **_decided(found, blank))


def _are_kept(found: Meeting, form: DecisionForm) -> bool:
    """Whether every line was noted; if not, none was, and the form says why."""
    lines = TypedDecisions(found, form)
    if lines.faults:
        form.text.errors = lines.faults
        return False
    project, now = _project(form.project_id.data), clock.now()
    try:
        decided = [
            verbs.decide(db.session(), found, project=project, now=now, **line._asdict())
            for line in lines.read
        ]
    except RefusedError as refusal:
        db.session.rollback()
        form.organisation_id.errors = [_(str(refusal))]
        return False
    steps = [one.step for one in decided if one.step is not None]
    tell_entrusted(db.session(), steps, by_id=viewer().person_id, now=now)
    return True


def _project(chosen: int) -> Project | None:
    """One that was offered, with the partners that adding a step looks at."""
    if not chosen:
        return None
    query = editable_projects(viewer()).where(Project.id == chosen)
    found: Project = db.session.scalars(query).unique().one()
    return found if may_edit_project(viewer(), found) else None


@initiatives.post("/releve/<public_id>/retirer")
def remove_decision(public_id: str) -> ResponseReturnValue:
    decision = fetch(kept_decisions(viewer()), public_id, may_keep)
    found = meeting_here(decision.meeting.public_id)
    verbs.take_back(db.session(), decision)
    db.session.commit()
    if wants_fragment():
        context = _decided(found, _decision_form(found))
        return fragment("initiatives/_decisions.html", **context)
    flash(_("La décision est retirée."), "success")
    url = url_for("initiatives.minutes", public_id=found.public_id, _anchor="decisions")
    return redirect(url, code=303)
