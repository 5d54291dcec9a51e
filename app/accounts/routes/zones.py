"""The activity zones of a territory: added, named, said what they are for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.forms.zones import RecordForm, ZoneForm
from app.accounts.models import ActivityZone, Territory
from app.accounts.portrait import AGES, SIZES, remarks, said, summary
from app.accounts.queries.zones import known_companies, zone_lines
from app.accounts.routes.blueprint import accounts, open_territory
from app.accounts.rules import may_create_organisation, may_keep_zone, visible_zones
from app.accounts.services import zones as verbs
from app.core import clock
from app.core.french import short_date
from app.core.refusals import RefusedError, StaleError
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory
from app.web.panels import for_page


@accounts.route("/territoires/<public_id>/zones", methods=["GET", "POST"])
def zones(public_id: str) -> ResponseReturnValue:
    """Those there are, and a form for one more."""
    territory = open_territory(public_id, may_create_organisation)
    form = ZoneForm()
    form.offer()
    if form.validate_on_submit():
        try:
            verbs.add_zone(db.session(), territory_id=territory.id, text=form.text())
        except RefusedError as refusal:
            form.name.errors = [_(str(refusal))]
        else:
            db.session.commit()
            flash(_("La zone est ajoutée."), "success")
            return leave_to(url_for("accounts.zones", public_id=public_id))
    page = render_template(
        "accounts/zones.html",
        territory=territory,
        lines=zone_lines(db.session(), territory.id),
        form=form,
    )
    return page, 422 if request.method == "POST" else 200


@accounts.get("/zones/<public_id>")
def zone(public_id: str) -> ResponseReturnValue:
    """Its record: read by whoever sees the territory."""
    found = fetch(visible_zones(viewer()).options(joinedload(ActivityZone.territory)), public_id)
    show_territory(found.territory)
    return render_template(
        "accounts/zone.html",
        zone=found,
        territory=found.territory,
        summary=summary(found),
        remarks=remarks(found),
        known=known_companies(db.session(), found),
        sizes=SIZES,
        ages=AGES,
        declared={name: said(found, words) for name, words in (("sizes", SIZES), ("ages", AGES))},
        may_keep=may_keep_zone(viewer(), found),
        panels=for_page("zone", viewer(), found),
    )


@accounts.route("/territoires/<public_id>/zones/<zone_id>", methods=["GET", "POST"])
def edit_zone(public_id: str, zone_id: str) -> ResponseReturnValue:
    territory = open_territory(public_id, may_create_organisation)
    found = _zone(territory, zone_id)
    form = RecordForm(obj=found)
    form.offer(found.dominant_use)
    form.today = clock.local_day(clock.now(), territory.time_zone)
    if not form.validate_on_submit():
        return _zone_page(form, found, territory, 422 if request.method == "POST" else 200)
    try:
        verbs.describe_zone(
            db.session(),
            found,
            text=form.text(),
            record=form.record(),
            version=form.version.data,
        )
    except StaleError:
        form.catch_up(found.version)
        return _zone_page(form, found, territory, 409)
    except RefusedError as refusal:
        form.name.errors = [_(str(refusal))]
        return _zone_page(form, found, territory, 422)
    db.session.commit()
    flash(_("La fiche de la zone est enregistrée."), "success")
    return leave_to(url_for("accounts.zone", public_id=zone_id))


def _zone(territory: Territory, public_id: str) -> ActivityZone:
    query = select(ActivityZone).where(
        ActivityZone.public_id == public_id, ActivityZone.territory_id == territory.id
    )
    return db.session.scalars(query).one_or_none() or abort(404)


def _zone_page(
    form: RecordForm, zone: ActivityZone, territory: Territory, status: int
) -> ResponseReturnValue:
    page = render_template(
        "accounts/edit_zone.html",
        form=form,
        zone=zone,
        territory=territory,
        stale=status == 409,
        standing=summary(zone),
        differing=_differing(form, zone) if status == 409 else [],
    )
    return page, status


def _differing(form: RecordForm, zone: ActivityZone) -> list[tuple[str, str]]:
    """(label, what is stored now) of every field in which something else was typed."""
    stored = {name: getattr(zone, name) for name in ("dominant_use", "cnig_id", *verbs.RECORD)}
    return [
        (form[name].label.text, _shown(value))
        for name, value in stored.items()
        if (form[name].data or None) != (value or None)
    ]


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return short_date(value)
    return str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
