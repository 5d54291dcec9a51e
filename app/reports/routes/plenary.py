"""« Rencontre annuelle »: where everything stands, for those who pay and those who decide."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.accounts.models import Territory
from app.accounts.routes.blueprint import open_territory
from app.core import clock
from app.reports.freezing import Frozen
from app.reports.queries.levels import levels
from app.reports.queries.plenary import plenary, years_to_show
from app.reports.queries.published import published_states
from app.reports.routes.blueprint import reports
from app.reports.routes.sheet import sheet_page
from app.reports.rules import may_publish
from app.web.database import db
from app.web.gate import viewer


@reports.get("/territoires/<public_id>/rencontre-annuelle", endpoint="plenary")
def plenary_page(public_id: str) -> ResponseReturnValue:
    """For whoever follows the territory, and the members of its organisations."""
    territory = open_territory(public_id)
    frozen, years = state_of_the_day(territory, request.args.get("annee", type=int))
    return sheet_page(
        "reports/plenary.html",
        frozen,
        territory,
        years=years,
        published=published_states(db.session(), territory.id),
        may_publish=may_publish(viewer(), territory),
    )


def state_of_the_day(territory: Territory, year: int | None) -> tuple[Frozen, Sequence[int]]:
    """How a year stands today (this year where none is asked), and the years to choose from."""
    today = clock.local_day(clock.now(), territory.time_zone)
    years = years_to_show(territory, today)
    asked = today.year if year is None else year
    if asked not in years:
        abort(404)
    session = db.session()
    sheet = plenary(session, territory, asked, today)
    return Frozen(sheet, levels(session, territory.id, asked)), years
