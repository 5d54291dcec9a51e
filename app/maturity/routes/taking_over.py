"""What an assessment can begin with from earlier frameworks: read first, then taken by a click."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.maturity.queries.taking_over import proofs_by_id, taking_over
from app.maturity.reading import Standing
from app.maturity.routes.blueprint import (
    assessment_of,
    attempt,
    framework_here,
    look,
    maturity,
    territory_here,
)
from app.maturity.rules import may_assess
from app.maturity.services.taking_over import take_over
from app.web.database import db


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
    attempt(
        lambda: take_over(db.session(), assessment_of(standing)),
        _("C’est repris\u202f: il reste à confirmer ce qui est redemandé."),
    )
    url = url_for("maturity.page", public_id=public_id, annee=standing.year)
    return redirect(f"{url}#referentiel-{framework_id}", code=303)


def _here(public_id: str, framework_id: str) -> tuple[Territory, Standing]:
    territory = territory_here(public_id, may_assess)
    return territory, look(territory, framework_here(framework_id)).standings[0]
