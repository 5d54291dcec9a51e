"""A programme in its next year: opening it, taking that back, and the dates of the former one."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.refusals import RefusedError
from app.maturity.routes.blueprint import assessment_of, attempt, maturity
from app.maturity.routes.programme import (
    Programme,
    address_of,
    back_to,
    former_forms,
    programme_here,
    show_programme,
)
from app.maturity.services.assessing import open_assessment
from app.maturity.services.deadlines import drop_dates, take_dates_over
from app.maturity.services.opening import take_opening_back
from app.web.database import db
from app.web.undo import flash_with_undo

_PAGE = "/territoires/<public_id>/programmes/<framework_id>"


@maturity.post(f"{_PAGE}/annee")
def open_programme_year(public_id: str, framework_id: str) -> ResponseReturnValue:
    found = programme_here(public_id, framework_id, to_change=True)
    year = found.next_year
    if year is None:
        flash(_("Cette année est déjà ouverte."), "info")
        return back_to(found)
    open_assessment(
        db.session(),
        territory_id=found.territory.id,
        framework_key=found.framework.key,
        year=year,
    )
    db.session.commit()
    url = address_of("maturity.close_programme_year", found)
    flash_with_undo(_("L’année %(year)s est ouverte.", year=year), url)
    return back_to(found)


@maturity.post(f"{_PAGE}/annee/annuler")
def close_programme_year(public_id: str, framework_id: str) -> ResponseReturnValue:
    """Only a year that followed another one: what is followed for the first time stays so."""
    found = programme_here(public_id, framework_id, to_change=True)
    if found.former_year is not None:
        attempt(
            lambda: take_opening_back(db.session(), assessment_of(found.standing)),
            _("C’est annulé\u202f: le programme suit de nouveau %(year)s.", year=found.former_year),
        )
    return back_to(found)


@maturity.post(f"{_PAGE}/dates")
def take_dates(public_id: str, framework_id: str) -> ResponseReturnValue:
    """Those that are ticked, each with the day that stands beside it."""
    found = programme_here(public_id, framework_id, to_change=True)
    forms = former_forms(found)
    wrong = [form for form in forms.values() if not form.validate()]
    if wrong:
        return show_programme(found, forms=forms, status=422)
    wanted = {ref: day for ref, one in forms.items() if one.take.data and (day := one.due_on.data)}
    try:
        taken = take_dates_over(db.session(), assessment_of(found.standing), wanted)
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return back_to(found)
    db.session.commit()
    if taken:
        flash_with_undo(_("Les dates sont notées."), _way_back(found, taken))
    else:
        flash(_("Aucune date n’était cochée\u202f: rien n’a changé."), "info")
    return back_to(found)


def _way_back(found: Programme, taken: dict[str, date]) -> str:
    named = [f"{day}:{ref}" for ref, day in taken.items()]
    return address_of("maturity.untake_dates", found, date=named)


@maturity.post(f"{_PAGE}/dates/annuler")
def untake_dates(public_id: str, framework_id: str) -> ResponseReturnValue:
    """Takes back the dates that the address names, where they still stand."""
    found = programme_here(public_id, framework_id, to_change=True)
    dates = {}
    for named in request.args.getlist("date"):
        day, _colon, ref = named.partition(":")
        try:
            dates[ref] = date.fromisoformat(day)
        except ValueError:
            abort(400)
    attempt(
        lambda: drop_dates(db.session(), assessment_of(found.standing), dates),
        _("Les dates sont retirées."),
    )
    return back_to(found)
