"""When an organisation is shut: a card of its page."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select

from app.accounts.forms.closures import ClosureForm
from app.accounts.models import Closure, Organisation
from app.accounts.routes.blueprint import accounts
from app.accounts.routes.organisations import organisation_page, today_at
from app.accounts.rules import may_manage_organisation, visible_organisations
from app.accounts.services.closures import close, put_back, take_off
from app.core import clock
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.undo import flash_with_undo


@accounts.post("/organisations/<public_id>/fermetures")
def add_closure(public_id: str) -> ResponseReturnValue:
    found = fetch(visible_organisations(viewer()), public_id, may_manage_organisation)
    form = ClosureForm()
    form.today = today_at(found)
    if not form.validate():
        return organisation_page(found, form), 422
    starts_on, ends_on = form.starts_on.data, form.ends_on.data
    assert starts_on is not None and ends_on is not None  # the form demands both
    try:
        close(db.session(), found, starts_on=starts_on, ends_on=ends_on)
    except RefusedError as refusal:
        form.starts_on.errors = [_(str(refusal))]
        return organisation_page(found, form), 422
    db.session.commit()
    flash(_("C’est noté : aucun rappel ni relance ne part sur ces jours."), "success")
    return _back(found)


@accounts.post("/fermetures/<public_id>/retirer")
def remove_closure(public_id: str) -> ResponseReturnValue:
    closure = _open(public_id)
    take_off(db.session(), closure, now=clock.now())
    db.session.commit()
    undo = url_for("accounts.restore_closure", public_id=public_id)
    flash_with_undo(_("La fermeture est retirée."), undo)
    return _back(closure.organisation)


@accounts.post("/fermetures/<public_id>/remettre")
def restore_closure(public_id: str) -> ResponseReturnValue:
    closure = _open(public_id)
    try:
        put_back(db.session(), closure)
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _back(closure.organisation)
    db.session.commit()
    flash(_("La fermeture est remise."), "success")
    return _back(closure.organisation)


def _open(public_id: str) -> Closure:
    return fetch(_visible(viewer()), public_id, _may_change)


def _visible(who: Viewer) -> Select[Closure]:
    seen = visible_organisations(who).with_only_columns(Organisation.id)
    return select(Closure).where(Closure.organisation_id.in_(seen))


def _may_change(who: Viewer, closure: Closure) -> bool:
    return may_manage_organisation(who, closure.organisation)


def _back(found: Organisation) -> ResponseReturnValue:
    page = url_for("accounts.organisation", public_id=found.public_id)
    return leave_to(f"{page}#fermetures")
