"""The objectives of a framework: which projects feed each, and linking one more. No score."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.core import clock
from app.core.refusals import RefusedError
from app.frameworks.format import NodeDraft
from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework
from app.frameworks.queries import kind_of, tree_of, version_of
from app.maturity.models import Evidence
from app.maturity.queries.objectives import fed_objectives
from app.maturity.queries.proofs import linkable_projects
from app.maturity.routes.blueprint import framework_here, maturity, territory_here
from app.maturity.rules import may_assess, may_change_evidence, visible_evidence
from app.maturity.services.evidence import link_evidence, relink_evidence, unlink_evidence
from app.plans.models import Project
from app.plans.rules import visible_projects
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.undo import flash_with_undo

_PAGE = "/territoires/<public_id>/objectifs/<framework_id>"


@maturity.get(_PAGE)
def objectives(public_id: str, framework_id: str) -> ResponseReturnValue:
    territory, framework, roots = _opened(public_id, framework_id)
    found = fed_objectives(db.session(), viewer(), territory.id, framework.key, roots)
    may = may_assess(viewer(), territory)
    asked = request.args.get("relier", "")
    return render_template(
        "maturity/objectives.html",
        territory=territory,
        framework=framework,
        root=roots[0],
        objectives=found,
        may_assess=may,
        asked=asked if may else "",
        projects=linkable_projects(db.session(), territory.id) if may and asked else [],
        projection=request.args.get("projection") == "1",
    )


@maturity.post(f"{_PAGE}/<ref>/projets")
def feed(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    territory, framework, _roots = _opened(public_id, framework_id, to_change=True)
    project = db.session.scalar(
        visible_projects(viewer()).where(
            Project.public_id == request.form.get("project", ""),
            Project.territory_id == territory.id,
        )
    )
    if project is None:
        flash(_("Choisissez un projet du plan."), "warning")
        return _back(public_id, framework_id, ref, asked=ref)

    def link() -> Evidence:
        return link_evidence(
            db.session(),
            territory_id=territory.id,
            framework_key=framework.key,
            ref=ref,
            subject=project,
            person_id=viewer().person_id,
            now=clock.now(),
        )

    linked = _attempt(link)
    if linked is not None:
        url = _of_link("unfeed", public_id, framework_id, linked)
        flash_with_undo(_("« %(title)s » nourrit cet objectif.", title=project.title), url)
    return _back(public_id, framework_id, ref)


@maturity.post(f"{_PAGE}/preuves/<evidence_id>/retirer")
def unfeed(public_id: str, framework_id: str, evidence_id: str) -> ResponseReturnValue:
    evidence = _link_here(public_id, framework_id, evidence_id)
    unlink_evidence(db.session(), evidence, now=clock.now())
    db.session.commit()
    url = _of_link("feed_again", public_id, framework_id, evidence)
    flash_with_undo(_("Ce projet n’est plus relié à cet objectif."), url)
    return _back(public_id, framework_id, evidence.ref)


@maturity.post(f"{_PAGE}/preuves/<evidence_id>/remettre")
def feed_again(public_id: str, framework_id: str, evidence_id: str) -> ResponseReturnValue:
    evidence = _link_here(public_id, framework_id, evidence_id)
    ref = evidence.ref

    def relink() -> Evidence:
        relink_evidence(db.session(), evidence)
        return evidence

    if _attempt(relink) is not None:
        flash(_("Le projet est de nouveau relié."), "success")
    return _back(public_id, framework_id, ref)


def _opened(
    public_id: str, framework_id: str, *, to_change: bool = False
) -> tuple[Territory, Framework, tuple[NodeDraft, ...]]:
    """The territory, the framework and its latest tree; 404 where it holds no objectives."""
    territory = territory_here(public_id, may_assess if to_change else None)
    framework = framework_here(framework_id)
    version = version_of(db.session(), framework.key)
    roots = tree_of(db.session(), version.id) if version else ()
    if kind_of(roots) is not FrameworkKind.OBJECTIVES:
        abort(404)
    return territory, framework, roots


def _link_here(public_id: str, framework_id: str, evidence_id: str) -> Evidence:
    territory, framework, _roots = _opened(public_id, framework_id, to_change=True)
    here = visible_evidence(viewer()).where(
        Evidence.territory_id == territory.id, Evidence.framework_key == framework.key
    )
    return fetch(here, evidence_id, may_change_evidence)


def _attempt(verb: Callable[[], Evidence]) -> Evidence | None:
    try:
        done = verb()
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return None
    db.session.commit()
    return done


def _of_link(endpoint: str, public_id: str, framework_id: str, evidence: Evidence) -> str:
    return url_for(
        f"maturity.{endpoint}",
        public_id=public_id,
        framework_id=framework_id,
        evidence_id=evidence.public_id,
    )


def _back(
    public_id: str, framework_id: str, ref: str, asked: str | None = None
) -> ResponseReturnValue:
    url = url_for(
        "maturity.objectives",
        public_id=public_id,
        framework_id=framework_id,
        relier=asked,
        _anchor=f"objectif-{ref}",
    )
    return redirect(url, code=303)
