"""The front door: what Maillage is, and in the demonstration whom one can be."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.reports.queries.people import demo_accounts
from app.reports.routes.blueprint import reports
from app.web.database import db
from app.web.gate import public, viewer_or_none
from app.web.htmx import leave_to
from app.web.settings import settings

HOME = "/aujourdhui"


@reports.get("/")
@public
def home() -> ResponseReturnValue:
    """Who is signed in goes on to their day."""
    if viewer_or_none() is not None:
        return leave_to(HOME)
    accounts = demo_accounts(db.session()) if settings().demo else []
    return render_template("reports/home.html", accounts=accounts)
