"""« Fiches à recopier »: what the territory can type into ELIPSE and SYNAPSE, told as text."""

from __future__ import annotations

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.labels import ORGANISATION_KINDS
from app.accounts.models import Territory
from app.accounts.rules import followed_territories
from app.core import clock
from app.core.spreadsheet import as_csv
from app.initiatives.labels.meetings import KINDS as MEETING_KINDS
from app.reports.labels import METHODS_TOLD
from app.reports.queries.plenary import years_to_show
from app.reports.queries.records import records
from app.reports.records import Records
from app.reports.routes.blueprint import reports
from app.reports.rows import HEADINGS, rows_of
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.navigation import show_territory


@reports.get("/territoires/<public_id>/fiches", endpoint="records")
def records_page(public_id: str) -> ResponseReturnValue:
    """For whoever follows the territory."""
    territory, found, years = _asked(public_id)
    return render_template(
        "reports/records.html",
        territory=territory,
        records=found,
        years=years,
        methods=METHODS_TOLD,
        organisation_kinds=ORGANISATION_KINDS,
        meeting_kinds=MEETING_KINDS,
    )


@reports.get("/territoires/<public_id>/fiches/export", endpoint="records_export")
def export(public_id: str) -> ResponseReturnValue:
    """The same lines for a spreadsheet."""
    _territory, found, _years = _asked(public_id)
    return Response(
        as_csv(HEADINGS, rows_of(found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="fiches-{found.year}.csv"'},
    )


def _asked(public_id: str) -> tuple[Territory, Records, list[int]]:
    territory = fetch(followed_territories(viewer()), public_id)
    show_territory(territory)
    today = clock.local_day(clock.now(), territory.time_zone)
    years = years_to_show(territory, today)
    year = request.args.get("annee", default=today.year, type=int)
    if year not in years:
        abort(404)
    return territory, records(db.session(), territory, year, today), years
