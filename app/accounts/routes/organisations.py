"""Organisations: the list of a territory, their pages, and what they say of themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms.closures import ClosureForm
from app.accounts.forms.organisations import OrganisationForm, shown
from app.accounts.kinds import NafEdition, OrganisationKind
from app.accounts.labels import NAF_EDITIONS, ORGANISATION_KINDS, SIZE_BANDS
from app.accounts.models import DEFAULT_ZONE, Organisation, Territory
from app.accounts.queries.belonging import agreed_here, departures_from, kept_instead
from app.accounts.queries.closures import coming_closures
from app.accounts.queries.organisations import (
    PAGE,
    OrganisationLine,
    OrganisationSearch,
    organisation_lines,
    zones_of,
)
from app.accounts.routes.belonging import belonging_of
from app.accounts.routes.blueprint import accounts, directory, open_territory
from app.accounts.routes.people import people_of
from app.accounts.rules import (
    may_create_organisation,
    may_manage_organisation,
    visible_organisations,
)
from app.accounts.services.claims import bearer_of, known_here
from app.accounts.services.organisations import create_organisation, edit_organisation
from app.core import clock
from app.core.identifiers import NAF_2025_FROM
from app.core.refusals import RefusedError, StaleError
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory
from app.web.panels import for_page

# what a link to the empty form may fill in
PROPOSED = (
    "name",
    "siret",
    "naf",
    "naf_edition",
    "size",
    "address",
    "postcode",
    "city",
    "commune_code",
)


@accounts.get("/territoires/<public_id>/organisations")
def organisations(public_id: str) -> ResponseReturnValue:
    territory = open_territory(public_id)
    search = _search()
    lines = organisation_lines(db.session(), viewer(), territory.id, search)
    context = {
        "territory": territory,
        "search": search,
        "lines": lines[:PAGE],
        "next_url": _next_url(public_id, lines),
        "first_url": _list_url(public_id) if search.after else None,
        "may_create": may_create_organisation(viewer(), territory),
        "kinds": ORGANISATION_KINDS,
    }
    if wants_fragment():
        return fragment("accounts/_organisations.html", **context)
    return render_template("accounts/organisations.html", **context, **_waiting(territory))


def _waiting(territory: Territory) -> dict[str, Any]:
    """Above the list, for whoever adds to it: what was taken off it, what can become one."""
    if not may_create_organisation(viewer(), territory):
        return {}
    return {
        "departures": departures_from(db.session(), territory.id, clock.now()),
        "agreed": agreed_here(db.session(), territory.id),
    }


@accounts.route("/territoires/<public_id>/organisations/nouvelle", methods=["GET", "POST"])
def new_organisation(public_id: str) -> ResponseReturnValue:
    territory = open_territory(public_id, may_create_organisation)
    form = OrganisationForm(data=_proposed())
    form.offer(zones_of(db.session(), {territory.id}))
    if form.validate_on_submit():
        known = _known(form.text().siret, territory)
        if known is not None:
            return _lead_to(known, territory)
        if made := _created(form, territory):
            url = url_for("accounts.organisation", public_id=made.public_id)
            db.session.commit()
            flash(_("L’organisation est ajoutée. Qui peut-on y appeler ?"), "success")
            return leave_to(url)
    page = render_template(
        "accounts/new_organisation.html",
        form=form,
        territory=territory,
        directory=directory() is not None,
    )
    return page, 422 if request.method == "POST" else 200


@accounts.get("/organisations/<public_id>")
def organisation(public_id: str) -> ResponseReturnValue:
    found = db.session.scalar(
        visible_organisations(viewer()).where(Organisation.public_id == public_id)
    )
    if found is None:
        return _kept_instead(public_id)
    return organisation_page(found)


def organisation_page(found: Organisation, closure_form: ClosureForm | None = None) -> str:
    """Its page; with the form of a closure that was refused."""
    _show_place(found)
    may_manage = may_manage_organisation(viewer(), found)
    return render_template(
        "accounts/organisation.html",
        kinds=ORGANISATION_KINDS,
        editions=NAF_EDITIONS,
        sizes=SIZE_BANDS,
        may_manage=may_manage,
        closures=coming_closures(db.session(), found.id, today_at(found)) if may_manage else (),
        closure_form=closure_form or ClosureForm(formdata=None),
        territories=_seen_territories(found),
        panels=for_page("organisation", viewer(), found),
        **people_of(found),
        **belonging_of(found),
    )


@accounts.route("/organisations/<public_id>/modifier", methods=["GET", "POST"])
def edit(public_id: str) -> ResponseReturnValue:
    found = fetch(visible_organisations(viewer()), public_id, may_manage_organisation)
    _show_place(found)
    form = OrganisationForm(data=shown(found))
    form.offer(zones_of(db.session(), {territory.id for territory in found.territories}))
    if not form.validate_on_submit():
        return _edit_page(form, found, 422 if request.method == "POST" else 200)
    if (other := _seen_bearer(form.text().siret)) and other is not found:
        form.siret.errors = [
            _("C’est le SIRET de « %(name)s » : si c’est la même, réunissez-les.", name=other.name)
        ]
        return _edit_page(form, found, 422)
    try:
        edit_organisation(
            db.session(),
            found,
            text=form.text(),
            version=form.version.data,
            now=clock.now(),
            editor_id=viewer().person_id,
        )
    except StaleError:
        form.catch_up(found.version)
        return _edit_page(form, found, 409)
    except RefusedError as refusal:
        form.siret.errors = [_(str(refusal))]
        return _edit_page(form, found, 422)
    db.session.commit()
    flash(_("L’organisation est enregistrée."), "success")
    return leave_to(url_for("accounts.organisation", public_id=public_id))


def _edit_page(form: OrganisationForm, found: Organisation, status: int) -> ResponseReturnValue:
    page = render_template(
        "accounts/edit_organisation.html",
        form=form,
        organisation=found,
        kinds=ORGANISATION_KINDS,
        editions=NAF_EDITIONS,
        sizes=SIZE_BANDS,
        stale=status == 409,
    )
    return page, status


def _proposed() -> dict[str, str]:
    """What a proposal of the directory says: it fills the form, and saves nothing."""
    filled = {name: request.args[name][:300] for name in PROPOSED if name in request.args}
    edition = NafEdition.NAF2025 if clock.now().date() >= NAF_2025_FROM else NafEdition.REV2
    return {"naf_edition": edition.value, **filled}


def _known(siret: str | None, territory: Territory) -> Organisation | None:
    """A record of this SIRET that the viewer keeps already, here or elsewhere."""
    if siret is None:
        return None
    return known_here(db.session(), siret, territory.id) or _seen_bearer(siret)


def _seen_bearer(siret: str | None) -> Organisation | None:
    bearer = bearer_of(db.session(), siret) if siret else None
    return bearer if bearer and may_manage_organisation(viewer(), bearer) else None


def _lead_to(known: Organisation, territory: Territory) -> ResponseReturnValue:
    if territory in known.territories:
        flash(_("Cette organisation est déjà dans votre territoire : voici sa fiche."), "info")
    else:
        flash(_("Elle est déjà dans Maillage : rattachez sa fiche au territoire, ici."), "info")
    return leave_to(url_for("accounts.organisation", public_id=known.public_id))


def today_at(found: Organisation) -> date:
    """The day that it is where the organisation is."""
    zone = found.territories[0].time_zone if found.territories else DEFAULT_ZONE
    return clock.local_day(clock.now(), zone)


def _kept_instead(public_id: str) -> ResponseReturnValue:
    """The record that this one was merged into, for whoever sees it."""
    found = kept_instead(db.session(), viewer(), public_id) or abort(404)
    return redirect(url_for("accounts.organisation", public_id=found.public_id))


def _created(form: OrganisationForm, territory: Territory) -> Organisation | None:
    try:
        return create_organisation(
            db.session(),
            territory=territory,
            text=form.text(),
            now=clock.now(),
            asked_by_id=viewer().person_id,
        )
    except RefusedError as refusal:
        db.session.rollback()
        form.siret.errors = [_(str(refusal))]
        return None


def _seen_territories(found: Organisation) -> list[Territory]:
    """Of its territories those that the viewer knows of."""
    known = {place.id for place in viewer().places}
    return [one for one in found.territories if one.id in known]


def _show_place(found: Organisation) -> None:
    """Its territory in the navigation: the one the viewer follows, where it has several."""
    seen = _seen_territories(found)
    own = [one for one in seen if one.id in viewer().follows]
    for territory in (own or seen)[:1]:
        show_territory(territory)


def _search() -> OrganisationSearch:
    kind = request.args.get("nature", "")
    return OrganisationSearch(
        text=request.args.get("q", "").strip()[:100],
        kind=OrganisationKind(kind) if kind in list(OrganisationKind) else None,
        zone=request.args.get("zone", "")[:20],
        after=_after(),
    )


def _after() -> tuple[str, int] | None:
    """The keyset of the last organisation shown: « key.id »; a folded key holds no full stop."""
    key, _dot, row_id = request.args.get("apres", "").partition(".")
    if not key:
        return None
    if not (row_id.isascii() and row_id.isdecimal() and len(row_id) <= 18 and key.isprintable()):
        abort(404)
    return key, int(row_id)


def _next_url(public_id: str, lines: list[OrganisationLine]) -> str | None:
    if len(lines) <= PAGE:
        return None
    last = lines[PAGE - 1]
    return _list_url(public_id, apres=f"{last.search_key}.{last.id}")


def _list_url(public_id: str, **more: Any) -> str:
    """This list with the search it was asked for."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in ("q", "nature", "zone")
    }
    return url_for("accounts.organisations", public_id=public_id, **kept, **more)
