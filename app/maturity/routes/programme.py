"""A programme (a call for applications) as a checklist: who may what, what by when, what is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.core import clock
from app.core.refusals import StaleError
from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework
from app.frameworks.queries import kind_of, tree_of, version_of
from app.maturity.forms import DeadlineForm
from app.maturity.kinds import CriterionStatus
from app.maturity.programmes import Checklist, checklist
from app.maturity.queries import overview
from app.maturity.queries.deadlines import deadlines_of
from app.maturity.reading import Standing
from app.maturity.routes.blueprint import (
    assessment_of,
    attempt,
    framework_here,
    maturity,
    seen,
    territory_here,
    this_year,
)
from app.maturity.rules import may_assess
from app.maturity.services.assessing import confirm_status, open_assessment
from app.maturity.services.deadlines import set_deadline
from app.web.database import db
from app.web.gate import viewer


@dataclass(frozen=True)
class Programme:
    """A programme of one territory: the last year that was opened, or none yet."""

    territory: Territory
    framework: Framework
    standing: Standing
    list: Checklist
    today: date


@dataclass(frozen=True)
class Clash:
    """A date that somebody typed while somebody else changed it."""

    ref: str
    typed: date | None


@maturity.get("/territoires/<public_id>/programmes/<framework_id>")
def programme(public_id: str, framework_id: str) -> ResponseReturnValue:
    return _page(_programme(public_id, framework_id))


@maturity.post("/territoires/<public_id>/programmes/<framework_id>/suivre")
def follow_programme(public_id: str, framework_id: str) -> ResponseReturnValue:
    found = _programme(public_id, framework_id, to_change=True)
    year = this_year(found.territory)
    if found.standing.assessment is None:
        attempt(
            lambda: open_assessment(
                db.session(),
                territory_id=found.territory.id,
                framework_key=found.framework.key,
                year=year,
            ),
            _("Vous suivez désormais ce programme."),
        )
    return _back(found)


@maturity.post("/territoires/<public_id>/programmes/<framework_id>/reponse")
def answer_programme(public_id: str, framework_id: str) -> ResponseReturnValue:
    """Which kind of territory this is: concerned or not by the question's node."""
    found = _programme(public_id, framework_id, to_change=True)
    asked = request.form.get("question", "")
    question = next((one for one in found.list.questions if one.ref == asked), None)
    words = {str(one.concerned): one for one in question.answers} if question else {}
    chosen = words.get(request.form.get("reponse", ""))
    if question is None or chosen is None:
        abort(400)
    try:
        attempt(
            lambda: confirm_status(
                db.session(),
                assessment_of(found.standing),
                ref=question.ref,
                status=CriterionStatus.UNSET,
                concerned=chosen.concerned,
                person_id=viewer().person_id,
                now=clock.now(),
                seen_version=request.form.get("version", type=int),
            ),
            _("C’est noté\u00a0: %(words)s.", words=chosen.words),
        )
    except StaleError:
        db.session.rollback()
        flash(_("Quelqu’un d’autre vient de répondre. Voici ce qu’il ou elle a dit."), "warning")
    return _back(found)


@maturity.post("/territoires/<public_id>/programmes/<framework_id>/dates/<ref>")
def date_item(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    """Set, move or clear the date of an item; an empty field clears it."""
    found = _programme(public_id, framework_id, to_change=True)
    form = DeadlineForm()
    if not form.validate_on_submit():
        flash(" ".join(str(one) for them in form.errors.values() for one in them), "error")
        return _page(found, status=422)
    due_on = None if "effacer" in request.form else form.due_on.data
    try:
        attempt(
            lambda: set_deadline(
                db.session(),
                assessment_of(found.standing),
                ref=ref,
                due_on=due_on,
                seen=form.seen.data,
            ),
            _("La date est notée.") if due_on else _("La date est effacée."),
        )
    except StaleError:
        db.session.rollback()
        return _page(_programme(public_id, framework_id), Clash(ref, due_on), status=409)
    return _back(found, f"point-{ref}")


def _programme(public_id: str, framework_id: str, *, to_change: bool = False) -> Programme:
    """The last year that was opened: a mission runs over several, and is one checklist."""
    territory = territory_here(public_id, may_assess if to_change else None)
    framework = framework_here(framework_id)
    session = db.session()
    standing = seen(
        territory,
        overview(
            session,
            territory.id,
            this_year(territory),
            framework_key=framework.key,
            or_latest=True,
        ).standings[0],
    )
    version = version_of(session, framework.key, standing.version)
    roots = tree_of(session, version.id) if version else ()
    if kind_of(roots) is not FrameworkKind.PROGRAMME:
        abort(404)
    today = clock.local_day(clock.now(), territory.time_zone)
    due = deadlines_of(session, standing.assessment)
    return Programme(territory, framework, standing, checklist(standing, roots, due, today), today)


def _page(
    found: Programme, clash: Clash | None = None, *, status: int = 200
) -> ResponseReturnValue:
    may = may_assess(viewer(), found.territory)
    page = render_template(
        "maturity/programme.html",
        territory=found.territory,
        framework=found.framework,
        standing=found.standing,
        list=found.list,
        today=found.today,
        may_assess=may,
        may_write=may and found.standing.assessment is not None and not found.standing.frozen_on,
        clash=clash,
        projection=request.args.get("projection") == "1",
    )
    return page, status


def _back(found: Programme, anchor: str | None = None) -> ResponseReturnValue:
    url = url_for(
        "maturity.programme",
        public_id=found.territory.public_id,
        framework_id=found.framework.public_id,
        _anchor=anchor,
    )
    return redirect(url, code=303)
