"""« En faire une étape »: what a criterion still wants becomes a step, in one click."""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.clock import local_day
from app.core.refusals import RefusedError
from app.maturity.models import Evidence
from app.maturity.queries.homes import homes
from app.maturity.routes.blueprint import Place, assessment_of, attempt, maturity, place_of
from app.maturity.rules import may_change_evidence, visible_evidence
from app.maturity.services.next_steps import begin, take_back
from app.plans.models import Project
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.undo import came_from, flash_with_undo


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/<ref>/etape")
def make_step(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    """In the project that the form names, else in the likeliest one."""
    place = place_of(public_id, framework_id, ref, to_change=True)
    back = came_from(_page(place))
    project = _home(place)
    try:
        evidence = _begin(place, project)
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return leave_to(back)
    db.session.commit()
    said = _("Une étape attend dans «\u00a0%(project)s\u00a0».", project=project.title)
    flash_with_undo(said, url_for("maturity.unmake_step", public_id=evidence.public_id))
    return leave_to(back)


def _home(place: Place) -> Project:
    """404 for one that cannot take it, or where no project runs."""
    running = homes(db.session(), place.territory.id, place.framework.key)
    asked = request.form.get("projet", "")
    found = next((one for one in running if asked in ("", one.public_id)), None)
    if found is None:
        abort(404)
    return found


def _begin(place: Place, project: Project) -> Evidence:
    now = clock.now()
    return begin(
        db.session(),
        assessment_of(place.standing),
        project,
        ref=place.criterion.ref,
        title=place.criterion.next_step or place.criterion.title,
        otherwise=min(viewer().organisations, default=None),
        today=local_day(now, place.territory.time_zone),
        now=now,
        person_id=viewer().person_id,
    )


def _page(place: Place) -> str:
    return url_for(
        "maturity.page",
        public_id=place.territory.public_id,
        annee=place.standing.year,
        _anchor=f"critere-{place.criterion.ref}",
    )


@maturity.post("/preuves/<public_id>/defaire")
def unmake_step(public_id: str) -> ResponseReturnValue:
    """« Annuler »: the step and its link go while they are fresh and untouched."""
    evidence = fetch(visible_evidence(viewer()), public_id, may_change_evidence)
    back = came_from(url_for("maturity.page", public_id=evidence.territory.public_id))
    attempt(lambda: take_back(db.session(), evidence, now=clock.now()), _("L’étape est retirée."))
    return leave_to(back)
