"""What one project proves: a panel of the project's page, and a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.maturity.queries import overview
from app.maturity.queries.proofs import proved_by
from app.maturity.reading import Standing
from app.maturity.routes.blueprint import attempt, maturity, this_year
from app.maturity.rules import (
    may_link_project,
    names_waiting_firms,
    sees_what_a_project_proves,
)
from app.maturity.services.evidence import link_evidence
from app.plans.models import Project
from app.plans.routes.blueprint import project_to_change
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, wants_fragment


@dataclass(frozen=True)
class ProvedLine:
    """A criterion that the project proves; `step` says by which step, where names are shown."""

    framework: str
    framework_id: str
    ref: str
    title: str
    step: str | None
    evidence: str


@maturity.get("/projets/<public_id>/maturite")
def of_project(public_id: str) -> ResponseReturnValue:
    return _answer(project_to_change(public_id, sees_what_a_project_proves))


@maturity.post("/projets/<public_id>/maturite")
def link_project(public_id: str) -> ResponseReturnValue:
    project = project_to_change(public_id, may_link_project)
    key, _space, ref = request.form.get("criterion", "").partition(" ")
    attempt(
        lambda: link_evidence(
            db.session(),
            territory_id=project.territory_id,
            framework_key=key,
            ref=ref,
            subject=project,
            note=request.form.get("note", ""),
            person_id=viewer().person_id,
            now=clock.now(),
        ),
        _("Ce projet prouve désormais %(ref)s.", ref=ref),
    )
    if not wants_fragment():
        url = url_for("plans.project", public_id=public_id, _anchor="maturite")
        return redirect(url, code=303)
    return _answer(project)


def _answer(project: Project) -> ResponseReturnValue:
    found = overview(
        db.session(), project.territory_id, this_year(project.territory), or_latest=True
    )
    context = {
        "project": project,
        "proved": _lines(project, found.standings),
        "standings": found.standings,
        "may_link": may_link_project(viewer(), project),
    }
    if wants_fragment():
        return fragment("maturity/_project.html", **context)
    return render_template("maturity/project.html", **context)


def _lines(project: Project, standings: tuple[Standing, ...]) -> list[ProvedLine]:
    titles = {
        (standing.framework_key, one.ref): (standing, one.title)
        for standing in standings
        for one in standing.criteria
    }
    named = names_waiting_firms(viewer(), project.territory_id)
    lines: dict[object, ProvedLine] = {}
    for evidence, step in proved_by(db.session(), project.id):
        known = titles.get((evidence.framework_key, evidence.ref))
        if known is None:
            continue
        standing, title = known
        line = ProvedLine(
            framework=standing.title,
            framework_id=standing.framework,
            ref=evidence.ref,
            title=title,
            step=step if named else None,
            evidence=evidence.public_id,
        )
        lines.setdefault((standing.framework, evidence.ref, line.step), line)
    return list(lines.values())
