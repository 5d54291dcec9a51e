"""A territory over the years: two of them compared, all of them as curves."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from app.maturity.comparing import compare
from app.maturity.queries.pairs import pair
from app.maturity.queries.trends import year_points
from app.maturity.routes.blueprint import (
    framework_here,
    maturity,
    seen,
    territory_here,
    year_asked,
)
from app.maturity.trends import trends
from app.web.database import db


@maturity.get("/territoires/<public_id>/maturite/courbes")
def curves(public_id: str) -> ResponseReturnValue:
    """Every framework of the territory, side by side."""
    territory = territory_here(public_id)
    found = trends(year_points(db.session(), [territory.id]))
    return render_template("maturity/curves.html", territory=territory, trends=found)


@maturity.get("/territoires/<public_id>/maturite/<framework_id>/comparaison")
def comparison(public_id: str, framework_id: str) -> ResponseReturnValue:
    """`annee` beside `avec`; without them the latest two years there are."""
    territory, framework = territory_here(public_id), framework_here(framework_id)
    year, other = year_asked(), year_asked("avec")
    found = pair(db.session(), territory.id, framework.key, year=year, other=other)
    if found is None and (year or other):
        abort(404)
    return render_template(
        "maturity/comparison.html",
        territory=territory,
        framework=framework,
        years=found.years if found else (),
        comparison=(
            compare(seen(territory, found.then), seen(territory, found.now)) if found else None
        ),
    )
