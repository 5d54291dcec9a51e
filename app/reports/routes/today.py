"""« Aujourd’hui »: what this person comes for, by what they are here."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.reports.routes.blueprint import reports


@reports.get("/aujourdhui")
def today() -> ResponseReturnValue:
    return render_template("reports/today.html")
