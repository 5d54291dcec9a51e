"""A programme (a call for applications) as a checklist: who may what, what by when, what is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.core import clock
from app.core.refusals import StaleError
from app.frameworks.differences import Changed
from app.frameworks.kinds import FrameworkKind
from app.frameworks.models import Framework
from app.frameworks.queries import kind_of, tree_of, version_of
from app.maturity.forms import DeadlineForm, FormerDateForm
from app.maturity.kinds import CriterionStatus
from app.maturity.programmes import Checklist, FormerDate, checklist, former_dates
from app.maturity.queries import Overview
from app.maturity.queries.deadlines import deadlines_of
from app.maturity.queries.texts import Apart, NewText, asked_again, new_text, set_apart
from app.maturity.routes.blueprint import (
    assessment_of,
    attempt,
    framework_here,
    look,
    maturity,
    seen,
    seen_apart,
    territory_here,
    text_read,
    text_shown,
    this_year,
    year_asked,
)
from app.maturity.rules import may_assess
from app.maturity.services.assessing import confirm_status, open_assessment
from app.maturity.services.deadlines import set_deadline
from app.maturity.standings import Standing
from app.web.database import db
from app.web.gate import viewer


@dataclass(frozen=True)
class Texts:
    """A newer text than the year's, answers that were given to an older one, and what the
    year's own does not hold."""

    newer: NewText | None
    again: Mapping[str, Changed]
    apart: Sequence[Apart]


@dataclass(frozen=True)
class Programme:
    """A programme of one territory: the last year that was opened, or none yet.

    `years`: those that were opened, the latest first; `is_current`: the one shown is the one
    that is worked in; `next_year`: the one that can be opened after it. `former`: dates of
    `former_year` for items that wait without one.
    """

    territory: Territory
    framework: Framework
    standing: Standing
    list: Checklist
    today: date
    years: tuple[int, ...]
    is_current: bool
    next_year: int | None
    former_year: int | None
    former: tuple[FormerDate, ...]
    texts: Texts

    @property
    def is_open(self) -> bool:
        """Something can be changed, by who may."""
        return bool(self.standing.assessment and self.is_current and not self.standing.frozen_on)


@dataclass(frozen=True)
class Clash:
    """A date that somebody typed while somebody else changed it."""

    ref: str
    typed: date | None


@maturity.get("/territoires/<public_id>/programmes/<framework_id>")
def programme(public_id: str, framework_id: str) -> ResponseReturnValue:
    return show_programme(programme_here(public_id, framework_id))


@maturity.post("/territoires/<public_id>/programmes/<framework_id>/suivre")
def follow_programme(public_id: str, framework_id: str) -> ResponseReturnValue:
    found = programme_here(public_id, framework_id, to_change=True)
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
    return back_to(found)


@maturity.post("/territoires/<public_id>/programmes/<framework_id>/reponse")
def answer_programme(public_id: str, framework_id: str) -> ResponseReturnValue:
    """Which kind of territory this is: concerned or not by the question's node."""
    found = programme_here(public_id, framework_id, to_change=True)
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
                text_id=text_read(found.standing, text_shown()),
            ),
            _("C’est noté\u00a0: %(words)s.", words=chosen.words),
        )
    except StaleError:
        db.session.rollback()
        flash(_("Quelqu’un d’autre vient de répondre. Voici ce qu’il ou elle a dit."), "warning")
    return back_to(found)


@maturity.post("/territoires/<public_id>/programmes/<framework_id>/dates/<ref>")
def date_item(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    """Set, move or clear the date of an item; an empty field clears it."""
    found = programme_here(public_id, framework_id, to_change=True)
    form = DeadlineForm()
    if not form.validate_on_submit():
        flash(" ".join(str(one) for them in form.errors.values() for one in them), "error")
        return show_programme(found, status=422)
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
        return show_programme(
            programme_here(public_id, framework_id), Clash(ref, due_on), status=409
        )
    return back_to(found, f"point-{ref}")


def programme_here(public_id: str, framework_id: str, *, to_change: bool = False) -> Programme:
    """The last year that was opened: a mission runs over several, and is one checklist. A former
    one is shown where the address asks for it."""
    territory = territory_here(public_id, may_assess if to_change else None)
    framework = framework_here(framework_id)
    found = look(territory, framework)
    standing = seen(territory, found.standings[0])
    session, today = db.session(), clock.local_day(clock.now(), territory.time_zone)
    version = version_of(session, framework.key, standing.version)
    roots = tree_of(session, version.id) if version else ()
    if kind_of(roots) is not FrameworkKind.PROGRAMME:
        abort(404)
    if year_asked() not in (None, *found.years):
        abort(404)
    dates = deadlines_of(session, standing.assessment)
    listed = checklist(standing, roots, dates, today)
    current = today.year if today.year in found.years else max(found.years, default=today.year)
    is_current = standing.year == current
    before = found.before.get(framework.key) if standing.assessment and is_current else None
    former = deadlines_of(session, before.assessment) if before else {}
    return Programme(
        territory,
        framework,
        standing,
        listed,
        today,
        found.years,
        is_current,
        today.year if found.years and is_current and current < today.year else None,
        before.year if before else None,
        former_dates(listed, former, today),
        _texts(territory, found, dates),
    )


def _texts(territory: Territory, found: Overview, dates: Mapping[str, date]) -> Texts:
    session = db.session()
    ((key, ground),) = found.grounds.items()
    version, newer = found.texts[key], found.newer.get(key)
    return Texts(
        new_text(session, ground, newer) if newer else None,
        asked_again(session, ground, version.id),
        seen_apart(territory, set_apart(session, ground, version.framework_id, dates)),
    )


def show_programme(
    found: Programme,
    clash: Clash | None = None,
    forms: Mapping[str, FormerDateForm] | None = None,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    """`forms`: those of the former dates as they were typed, by ref."""
    may = may_assess(viewer(), found.territory)
    page = render_template(
        "maturity/programme.html",
        programme=found,
        territory=found.territory,
        framework=found.framework,
        standing=found.standing,
        list=found.list,
        texts=found.texts,
        today=found.today,
        may_assess=may,
        may_write=may and found.is_open,
        clash=clash,
        former=forms or former_forms(found),
        projection=request.args.get("projection") == "1",
    )
    return page, status


def former_forms(found: Programme) -> dict[str, FormerDateForm]:
    """One a line, in the order of the checklist, filled in before anybody sent it."""
    return {
        ref: FormerDateForm(prefix=f"{ref}-", take=True, due_on=one.proposed)
        for one in found.former
        if (ref := one.item.criterion.ref)
    }


def back_to(found: Programme, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(address_of("maturity.programme", found, _anchor=anchor), code=303)


def address_of(endpoint: str, found: Programme, **more: object) -> str:
    """The address of one of the programme's pages or verbs."""
    return url_for(
        endpoint,
        public_id=found.territory.public_id,
        framework_id=found.framework.public_id,
        **more,  # type: ignore[arg-type]
    )
