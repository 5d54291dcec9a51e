"""The activity zones of a territory: added, named, said what they are for."""

from __future__ import annotations

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.forms.organisations import ZoneForm
from app.accounts.models import ActivityZone, Territory
from app.accounts.queries.zones import zone_lines
from app.accounts.routes.blueprint import accounts, open_territory
from app.accounts.rules import may_create_organisation
from app.accounts.services import zones as verbs
from app.core.refusals import RefusedError, StaleError
from app.web.database import db
from app.web.htmx import leave_to


@accounts.route("/territoires/<public_id>/zones", methods=["GET", "POST"])
def zones(public_id: str) -> ResponseReturnValue:
    """Those there are, and a form for one more."""
    territory = open_territory(public_id, may_create_organisation)
    form = ZoneForm()
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


@accounts.route("/territoires/<public_id>/zones/<zone_id>", methods=["GET", "POST"])
def edit_zone(public_id: str, zone_id: str) -> ResponseReturnValue:
    territory = open_territory(public_id, may_create_organisation)
    zone = _zone(territory, zone_id)
    form = ZoneForm(obj=zone)
    if not form.validate_on_submit():
        return _zone_page(form, zone, territory, 422 if request.method == "POST" else 200)
    try:
        verbs.edit_zone(db.session(), zone, text=form.text(), version=form.version.data)
    except StaleError:
        form.catch_up(zone.version)
        return _zone_page(form, zone, territory, 409)
    except RefusedError as refusal:
        form.name.errors = [_(str(refusal))]
        return _zone_page(form, zone, territory, 422)
    db.session.commit()
    flash(_("La zone est enregistrée."), "success")
    return leave_to(url_for("accounts.zones", public_id=public_id))


def _zone(territory: Territory, public_id: str) -> ActivityZone:
    query = select(ActivityZone).where(
        ActivityZone.public_id == public_id, ActivityZone.territory_id == territory.id
    )
    return db.session.scalars(query).one_or_none() or abort(404)


def _zone_page(
    form: ZoneForm, zone: ActivityZone, territory: Territory, status: int
) -> ResponseReturnValue:
    page = render_template(
        "accounts/edit_zone.html", form=form, zone=zone, territory=territory, stale=status == 409
    )
    return page, status
