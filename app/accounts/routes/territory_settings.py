"""The settings of a territory: its pilots set them."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms.territory import TerritoryForm
from app.accounts.labels import HOLIDAY_ZONES, TIME_ZONES
from app.accounts.models import Territory
from app.accounts.routes.blueprint import accounts, open_territory
from app.accounts.rules import may_set_territory
from app.accounts.services.territory_settings import set_territory
from app.core.refusals import RefusedError, StaleError
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to
from app.web.panels import for_page


@accounts.route("/territoires/<public_id>/reglages", methods=["GET", "POST"])
def territory_settings(public_id: str) -> ResponseReturnValue:
    found = open_territory(public_id, may_set_territory)
    form = TerritoryForm(obj=found)
    form.keep_zone(found.time_zone)
    if not form.validate_on_submit():
        return _page(form, found, 422 if request.method == "POST" else 200)
    try:
        set_territory(db.session(), found, setting=form.setting(), version=form.version.data)
    except StaleError:
        form.catch_up(found.version)
        return _page(form, found, 409)
    except RefusedError as refusal:
        form.name.errors = [_(str(refusal))]
        return _page(form, found, 422)
    db.session.commit()
    flash(_("Les réglages sont enregistrés."), "success")
    return leave_to(url_for("accounts.territory_settings", public_id=public_id))


def _page(form: TerritoryForm, found: Territory, status: int) -> ResponseReturnValue:
    page = render_template(
        "accounts/territory_settings.html",
        place=found,
        form=form,
        stale=status == 409,
        time_zones=TIME_ZONES,
        holiday_zones=HOLIDAY_ZONES,
        panels=for_page("territory_settings", viewer(), found),
    )
    return page, status
