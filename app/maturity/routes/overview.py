"""The maturity page: every framework of the territory, its levels, its proofs, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.core import clock
from app.core.refusals import RefusedError
from app.maturity.ahead import ahead
from app.maturity.branches import branches, rows
from app.maturity.explaining import explained
from app.maturity.outlook import Outlook
from app.maturity.queries import Overview
from app.maturity.queries.beside import beside_the_levels
from app.maturity.queries.expected import outlooks
from app.maturity.queries.homes import homes
from app.maturity.queries.standing import assessed_keys
from app.maturity.queries.texts import asked_again, new_text, set_apart
from app.maturity.queries.trends import year_points
from app.maturity.routes.blueprint import (
    Place,
    assessment_of,
    attempt,
    framework_here,
    look,
    maturity,
    place_of,
    seen,
    seen_apart,
    territory_here,
    text_read,
    text_shown,
    this_year,
    year_asked,
)
from app.maturity.rules import may_assess
from app.maturity.services.assessing import confirm_status, freeze, open_assessment
from app.maturity.standings import Standing
from app.maturity.trends import Trend, trends
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, wants_fragment
from app.web.undo import way_back


@maturity.get("/territoires/<public_id>/maturite")
def page(public_id: str) -> ResponseReturnValue:
    territory = territory_here(public_id)
    found = look(territory)
    now = this_year(territory)
    standings = [seen(territory, standing) for standing in found.standings]
    return render_template(
        "maturity/page.html",
        overview=found,
        standings=standings,
        years=sorted({*found.years, now}, reverse=True) if found.standings else [],
        this_year=now,
        beside=beside_the_levels(db.session(), territory.id),
        **_context(territory, found, standings),
    )


def _context(
    territory: Territory, found: Overview, standings: Sequence[Standing]
) -> dict[str, object]:
    """What each section shows beside its standing; `standings` as the viewer reads them."""
    parts = {
        one.framework_key: branches(found.grounds[one.framework_key])
        for one in found.standings
        if one.assessment
    }
    takes_over = {key for standing in found.standings for key in standing.takes_over}
    return {
        "trends": _trends(territory, found),
        "assessed_sources": assessed_keys(db.session(), territory.id, takes_over),
        "territory": territory,
        "before": found.before,
        "outlooks": _outlooks(territory, found),
        "ahead": {
            one.framework_key: ahead(found.grounds[one.framework_key], one)
            for one in standings
            if one.assessment
        },
        "explained": {
            one.framework_key: explained(found.grounds[one.framework_key], one)
            for one in found.standings
            if one.assessment
        },
        "branches": parts,
        "rows": {
            one.framework_key: rows(seen(territory, one), parts[one.framework_key])
            for one in found.standings
            if one.assessment
        },
        **_texts(territory, found),
        "homes": _homes(territory, found),
        "year": found.year,
        "may_assess": may_assess(viewer(), territory),
    }


def _outlooks(territory: Territory, found: Overview) -> dict[str, Outlook]:
    zone = territory.time_zone
    today = clock.local_day(clock.now(), zone)
    return outlooks(db.session(), territory.id, zone, found, today)


def _texts(territory: Territory, found: Overview) -> dict[str, object]:
    """By framework: what a newer text changes, which answers an older one asks again, and what
    the text of the year does not hold."""
    session = db.session()
    assessed = [one.framework_key for one in found.standings if one.assessment]
    return {
        "new_texts": {
            key: new_text(session, found.grounds[key], newer) for key, newer in found.newer.items()
        },
        "again": {
            key: asked_again(session, found.grounds[key], found.texts[key].id) for key in assessed
        },
        "apart": {
            key: seen_apart(
                territory, set_apart(session, found.grounds[key], found.texts[key].framework_id)
            )
            for key in assessed
        },
    }


def _homes(territory: Territory, found: Overview) -> dict[str, str]:
    """The project in which a next step is made, by framework: one click asks for no choice."""
    if not may_assess(viewer(), territory):
        return {}
    likeliest = {
        one.framework_key: homes(db.session(), territory.id, one.framework_key)
        for one in found.standings
        if one.assessment and not one.frozen_on
    }
    return {key: projects[0].title for key, projects in likeliest.items() if projects}


def _trends(territory: Territory, found: Overview) -> dict[str, Trend]:
    """The years of each framework that has several, by its key."""
    if len(found.years) < 2:
        return {}
    every = trends(year_points(db.session(), [territory.id]))
    return {one.framework_key: one for one in every if len(one.points) > 1}


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/ouvrir")
def open_year(public_id: str, framework_id: str) -> ResponseReturnValue:
    territory = territory_here(public_id, may_assess)
    framework = framework_here(framework_id)
    year = year_asked() or this_year(territory)
    attempt(
        lambda: open_assessment(
            db.session(), territory_id=territory.id, framework_key=framework.key, year=year
        ),
        _("L’année %(year)s est ouverte.", year=year),
    )
    return _back(public_id, year)


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/figer")
def freeze_year(public_id: str, framework_id: str) -> ResponseReturnValue:
    territory = territory_here(public_id, may_assess)
    standing = look(territory, framework_here(framework_id)).standings[0]
    attempt(
        lambda: freeze(
            db.session(),
            assessment_of(standing),
            now=clock.now(),
            person_id=viewer().person_id,
        ),
        _("L’année %(year)s est figée\u00a0: elle servira de comparaison.", year=standing.year),
    )
    return _back(public_id, standing.year)


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/<ref>/accepter")
def accept(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    """Confirm what the plan proposes: one click, answered with the framework's whole section."""
    place = place_of(public_id, framework_id, ref, to_change=True)
    attempt(lambda: _accept(place), _("%(ref)s est confirmé.", ref=ref))
    if not wants_fragment():
        return _back(public_id, place.standing.year, f"critere-{ref}")
    found = look(place.territory, place.framework)
    standing: Standing = seen(place.territory, found.standings[0])
    context = _context(place.territory, found, [standing])
    return fragment("maturity/_standing.html", standing=standing, **context)


def _accept(place: Place) -> None:
    """Raises RefusedError where nothing is proposed (any more): a click takes no word down."""
    one = place.criterion
    if one.proposal is None or not one.is_to_confirm:
        raise RefusedError("Le plan ne propose rien ici\u202f: décidez sur la page du critère.")
    confirm_status(
        db.session(),
        assessment_of(place.standing),
        ref=one.ref,
        status=one.proposal.status,
        fractions=one.proposal.fractions,
        person_id=viewer().person_id,
        now=clock.now(),
        seen_version=one.confirmed.version if one.confirmed else None,
        text_id=text_read(place.standing, text_shown()),
    )


def _back(public_id: str, year: int, anchor: str | None = None) -> ResponseReturnValue:
    url = url_for("maturity.page", public_id=public_id, annee=year, _anchor=anchor)
    return redirect(way_back(url), code=303)
