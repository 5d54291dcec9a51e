"""What an assessment can begin with from earlier frameworks: read, taken by a click, taken back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.core import clock
from app.core.refusals import RefusedError
from app.maturity.labels import statuses_and_proofs, taken_back
from app.maturity.queries.taking_over import proofs_by_id, taking_over
from app.maturity.routes.blueprint import (
    assessment_of,
    framework_here,
    look,
    maturity,
    territory_here,
)
from app.maturity.rules import may_assess
from app.maturity.services.taking_back import take_back
from app.maturity.services.taking_over import take_over
from app.maturity.standings import Standing
from app.web.database import db
from app.web.undo import flash_with_undo


@maturity.get("/territoires/<public_id>/maturite/<framework_id>/reprendre")
def preview(public_id: str, framework_id: str) -> ResponseReturnValue:
    territory, standing = _here(public_id, framework_id)
    found = taking_over(db.session(), assessment_of(standing)) if standing.assessment else None
    return render_template(
        "maturity/taking_over.html",
        territory=territory,
        standing=standing,
        found=found,
        proofs=proofs_by_id(db.session(), territory.id, found) if found else {},
    )


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/reprendre")
def take(public_id: str, framework_id: str) -> ResponseReturnValue:
    _territory, standing = _here(public_id, framework_id)
    back = _page(public_id, framework_id, standing)
    try:
        done = take_over(db.session(), assessment_of(standing))
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return redirect(back, code=303)
    db.session.commit()
    if not done.statuses and not done.proofs:
        flash(_("Tout ce qui pouvait suivre est déjà repris."), "success")
        return redirect(back, code=303)
    said = _("C’est repris\u00a0: %(what)s.", what=statuses_and_proofs(done.statuses, done.proofs))
    undo = url_for(
        "maturity.untake",
        public_id=public_id,
        framework_id=framework_id,
        batch=done.batch,
        annee=standing.year,
    )
    flash_with_undo(f"{said} {_('Il reste à confirmer ce qui est redemandé.')}", undo)
    return redirect(back, code=303)


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/reprendre/<batch>/annuler")
def untake(public_id: str, framework_id: str, batch: str) -> ResponseReturnValue:
    """« Annuler »: what nobody has touched since goes again, the rest is named."""
    _territory, standing = _here(public_id, framework_id)
    try:
        found = take_back(db.session(), assessment_of(standing), batch, now=clock.now())
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
    else:
        db.session.commit()
        flash(taken_back(found), "success" if found.statuses or found.proofs else "warning")
    return redirect(_page(public_id, framework_id, standing), code=303)


def _page(public_id: str, framework_id: str, standing: Standing) -> str:
    """The maturity page, at this framework."""
    return url_for(
        "maturity.page",
        public_id=public_id,
        annee=standing.year,
        _anchor=f"referentiel-{framework_id}",
    )


def _here(public_id: str, framework_id: str) -> tuple[Territory, Standing]:
    territory = territory_here(public_id, may_assess)
    return territory, look(territory, framework_here(framework_id)).standings[0]
