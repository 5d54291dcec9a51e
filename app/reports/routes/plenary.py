"""« Rencontre annuelle »: where everything stands, for those who pay and those who decide."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.routes.blueprint import open_territory
from app.core import clock
from app.plans.kinds import Stage
from app.reports.labels import METHODS_TOLD, STAGES_IN_SHORT
from app.reports.queries.levels import levels
from app.reports.queries.plenary import plenary, years_to_show
from app.reports.routes.blueprint import reports
from app.web.database import db
from app.web.gate import viewer


@reports.get("/territoires/<public_id>/rencontre-annuelle", endpoint="plenary")
def plenary_page(public_id: str) -> ResponseReturnValue:
    """For whoever follows the territory, and the members of its organisations."""
    territory = open_territory(public_id)
    today = clock.local_day(clock.now(), territory.time_zone)
    years = years_to_show(territory, today)
    year = request.args.get("annee", default=today.year, type=int)
    if year not in years:
        abort(404)
    return render_template(
        "reports/plenary.html",
        sheet=plenary(db.session(), territory, year, today),
        levels=levels(db.session(), territory.id, year),
        years=years,
        stage_words=[STAGES_IN_SHORT[stage] for stage in Stage],
        methods=METHODS_TOLD,
        projection=request.args.get("projection") == "1",
        # members of a firm read the whole picture, not the page of each project
        opens_projects=viewer().is_operator or territory.id in viewer().follows,
    )
