"""Linking what proves a criterion, taking it away, and bringing it back."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Territory
from app.core import clock
from app.frameworks.models import Framework
from app.maturity.forms import LinkForm
from app.maturity.models import Evidence
from app.maturity.queries.proofs import linkable_projects, linkable_steps
from app.maturity.routes.blueprint import Place, attempt, maturity, place_of
from app.maturity.routes.criterion import address, answer
from app.maturity.rules import may_change_evidence, visible_evidence
from app.maturity.services.evidence import link_evidence, relink_evidence, unlink_evidence
from app.plans.models import Project, Step
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import wants_fragment


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/<ref>/preuves")
def link(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    place = place_of(public_id, framework_id, ref, to_change=True)
    form = LinkForm()
    form.offer(
        linkable_projects(db.session(), place.territory.id),
        linkable_steps(db.session(), request.form.get("project", "")),
    )
    if not form.validate_on_submit():
        return answer(place, link_form=form, status=422)
    attempt(lambda: _link(place, form), _("La preuve est reliée."))
    return _shown_again(place)


def _link(place: Place, form: LinkForm) -> None:
    session = db.session()
    project = session.scalars(select(Project).where(Project.public_id == form.project.data)).one()
    step = (
        session.scalars(select(Step).where(Step.public_id == form.step.data)).one()
        if form.step.data
        else None
    )
    link_evidence(
        session,
        territory_id=place.territory.id,
        framework_key=place.framework.key,
        ref=place.criterion.ref,
        project=project,
        step=step,
        note=form.note.data or "",
        person_id=viewer().person_id,
        now=clock.now(),
    )


@maturity.post("/preuves/<public_id>/retirer")
def unlink(public_id: str) -> ResponseReturnValue:
    evidence = fetch(visible_evidence(viewer()), public_id, may_change_evidence)
    place = _place_around(evidence)
    attempt(
        lambda: unlink_evidence(db.session(), evidence, now=clock.now()),
        _("La preuve est retirée."),
    )
    return _shown_again(place, removed=public_id)


@maturity.post("/preuves/<public_id>/remettre")
def relink(public_id: str) -> ResponseReturnValue:
    evidence = fetch(visible_evidence(viewer()), public_id, may_change_evidence)
    attempt(lambda: relink_evidence(db.session(), evidence), _("La preuve est de nouveau reliée."))
    return _shown_again(_place_around(evidence))


def _place_around(evidence: Evidence) -> Place:
    """The criterion that a proof is linked to, as an address would name it."""
    territory_id, framework_id = db.session.execute(
        select(Territory.public_id, Framework.public_id)
        .select_from(Evidence)
        .join(Territory, Territory.id == Evidence.territory_id)
        .join(Framework, Framework.key == Evidence.framework_key)
        .where(Evidence.id == evidence.id)
    ).one()
    return place_of(territory_id, framework_id, evidence.ref)


def _shown_again(place: Place, removed: str | None = None) -> ResponseReturnValue:
    """The criterion as it stands now: read anew, since a proof came or went."""
    if not wants_fragment():
        return redirect(address(place, "preuves", removed), code=303)
    now = place_of(place.territory.public_id, place.framework.public_id, place.criterion.ref)
    return answer(now, removed=removed)
