"""What one project proves and feeds: a panel of the project's page, and a page of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.frameworks.kinds import FrameworkKind
from app.maturity.feeding import PlannedProject, objectives
from app.maturity.models import Evidence
from app.maturity.programmes import items_of
from app.maturity.queries import overview
from app.maturity.queries.fed import TextBeside, texts_beside
from app.maturity.queries.proofs import proved_by
from app.maturity.queries.standing import assessed_keys
from app.maturity.routes.blueprint import attempt, maturity, this_year
from app.maturity.rules import (
    may_link_project,
    names_waiting_firms,
    sees_what_a_project_proves,
)
from app.maturity.services.evidence import link_evidence
from app.maturity.standings import Standing
from app.plans.kinds import ProjectState
from app.plans.models import Project
from app.plans.routes.blueprint import project_to_change
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, wants_fragment


@dataclass(frozen=True)
class Line:
    """A criterion, an item or an objective that the project proves or feeds.

    `steps`: by which of its steps, where names are shown; `axis`: by which axis of the plan,
    where nobody linked it.
    """

    address: str
    title: str
    steps: tuple[str, ...] = ()
    axis: str | None = None


@dataclass(frozen=True)
class Part:
    """What the project is for in one framework, and what it can still be linked to."""

    key: str
    title: str
    address: str
    lines: tuple[Line, ...]
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Linked:
    """The project's proofs as its reader may name them: titles of steps by criterion."""

    project: Project
    steps: Mapping[tuple[str, str], tuple[str, ...]]
    links: tuple[Evidence, ...]

    def steps_of(self, key: str, ref: str) -> tuple[str, ...] | None:
        """None where the project is not linked to it."""
        return self.steps.get((key, ref))


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
        _("Ce projet est désormais relié."),
    )
    if not wants_fragment():
        url = url_for("plans.project", public_id=public_id, _anchor="maturite")
        return redirect(url, code=303)
    return _answer(project)


def _answer(project: Project) -> ResponseReturnValue:
    session = db.session()
    found = overview(session, project.territory_id, this_year(project.territory), or_latest=True)
    texts = texts_beside(session)
    programmes = {one.key for one in texts if one.kind is FrameworkKind.PROGRAMME}
    followed = assessed_keys(session, project.territory_id, programmes)
    linked = _linked(project)
    parts = [
        *(_of_levels(linked, one) for one in found.standings),
        *(_of_programme(linked, one) for one in texts if one.key in followed),
        *(_of_objectives(linked, one) for one in texts if one.kind is FrameworkKind.OBJECTIVES),
    ]
    context = {
        "project": project,
        "parts": parts,
        "may_link": may_link_project(viewer(), project),
    }
    if wants_fragment():
        return fragment("maturity/_project.html", **context)
    return render_template("maturity/project.html", **context)


def _linked(project: Project) -> Linked:
    named = names_waiting_firms(viewer(), project.territory_id)
    proofs = proved_by(db.session(), project.id)
    steps: dict[tuple[str, str], list[str]] = {}
    for evidence, step in proofs:
        told = steps.setdefault((evidence.framework_key, evidence.ref), [])
        if step and named:
            told.append(step)
    return Linked(
        project,
        {place: tuple(told) for place, told in steps.items()},
        tuple(evidence for evidence, _step in proofs),
    )


def _base(linked: Linked) -> str:
    return f"/territoires/{linked.project.territory.public_id}"


def _of_levels(linked: Linked, standing: Standing) -> Part:
    address = f"{_base(linked)}/maturite"
    named = [(one.ref, f"{one.ref} – {one.title}") for one in standing.criteria]
    found = _lines(linked, standing.framework_key, named, f"{address}/{standing.framework}/")
    page = f"{address}#referentiel-{standing.framework}"
    return Part(standing.framework_key, standing.title, page, tuple(found), tuple(named))


def _of_programme(linked: Linked, text: TextBeside) -> Part:
    address = f"{_base(linked)}/programmes/{text.public_id}"
    named = [(node.id, node.title) for node in items_of(text.roots)]
    found = _lines(linked, text.key, named, f"{address}#point-")
    return Part(text.key, text.title, address, tuple(found), tuple(named))


def _lines(
    linked: Linked, key: str, named: Iterable[tuple[str, str]], begin: str
) -> Iterator[Line]:
    for ref, title in named:
        steps = linked.steps_of(key, ref)
        if steps is not None:
            yield Line(f"{begin}{ref}", title, steps)


def _of_objectives(linked: Linked, text: TextBeside) -> Part:
    """As the page of the objectives finds them: by a link, or by the project's axis."""
    address = f"{_base(linked)}/objectifs/{text.public_id}"
    project = linked.project
    links = [
        (one.ref, project.id, one.public_id)
        for one in linked.links
        if one.framework_key == text.key
    ]
    found = objectives(text.roots, _planned(project), links)
    lines = tuple(
        Line(
            f"{address}#objectif-{one.ref}",
            one.title,
            linked.steps_of(text.key, one.ref) or (),
            None if feeder.link else feeder.project.axis,
        )
        for one in found
        for feeder in one.feeders
    )
    choices = tuple((one.ref, one.title) for one in found)
    return Part(text.key, text.title, address, lines, choices)


def _planned(project: Project) -> Sequence[PlannedProject]:
    """None for one that is abandoned: it feeds nothing any more."""
    if project.state is ProjectState.ABANDONED:
        return []
    theme = project.theme
    return [
        PlannedProject(
            project.id,
            project.public_id,
            project.title,
            project.stage,
            project.state,
            theme.title if theme else None,
            (theme.aliases or "") if theme else "",
        )
    ]
