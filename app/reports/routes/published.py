"""A state of the territory is published, read as it stood, withdrawn, brought back."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.routes.blueprint import open_territory
from app.core import clock
from app.core.french import plain_date
from app.core.refusals import RefusedError
from app.reports.models import Snapshot
from app.reports.queries.published import read_snapshot
from app.reports.routes.blueprint import reports
from app.reports.routes.plenary import state_of_the_day
from app.reports.routes.sheet import sheet_page
from app.reports.rules import may_publish, may_withdraw, visible_snapshots
from app.reports.services.publishing import bring_back, publish, withdraw
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory
from app.web.undo import flash_with_undo


@reports.post("/territoires/<public_id>/etats")
def publish_state(public_id: str) -> ResponseReturnValue:
    territory = open_territory(public_id, may_publish)
    frozen, _years = state_of_the_day(territory, request.form.get("annee", type=int))
    try:
        state = publish(db.session(), territory, frozen, by_id=viewer().person_id, now=clock.now())
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return leave_to(url_for("reports.plenary", public_id=public_id))
    said = _(
        "L’état au %(day)s est publié : les élus et les financeurs le trouvent sur leur première "
        "page.",
        day=plain_date(state.as_of),
    )
    state_id = state.public_id
    db.session.commit()
    flash_with_undo(said, url_for("reports.withdraw_state", public_id=state_id))
    return leave_to(url_for("reports.published", public_id=state_id))


@reports.get("/etats/<public_id>", endpoint="published")
def published_page(public_id: str) -> ResponseReturnValue:
    """The sheet as it stood on its day, whatever happened since."""
    state = fetch(visible_snapshots(viewer()), public_id)
    show_territory(state.territory)
    return sheet_page(
        "reports/published.html",
        read_snapshot(db.session(), state),
        state.territory,
        state=state,
        may_withdraw=may_withdraw(viewer(), state),
    )


@reports.post("/etats/<public_id>/retirer")
def withdraw_state(public_id: str) -> ResponseReturnValue:
    state = _own(public_id)
    withdraw(state, by_id=viewer().person_id, now=clock.now())
    day, territory = plain_date(state.as_of), state.territory.public_id
    db.session.commit()
    flash_with_undo(
        _("L’état au %(day)s est retiré.", day=day),
        url_for("reports.bring_state_back", public_id=public_id),
    )
    return leave_to(url_for("reports.plenary", public_id=territory))


@reports.post("/etats/<public_id>/remettre")
def bring_state_back(public_id: str) -> ResponseReturnValue:
    state = _own(public_id)
    try:
        bring_back(db.session(), state)
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
    else:
        db.session.commit()
        flash(_("L’état est publié de nouveau."), "success")
    return leave_to(url_for("reports.published", public_id=public_id))


def _own(public_id: str) -> Snapshot:
    return fetch(visible_snapshots(viewer()), public_id, may_withdraw)
