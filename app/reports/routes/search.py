"""« Rechercher »: organisations, people and projects from any page, as one types."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.reports.queries.search import LONGEST, search
from app.reports.routes.blueprint import reports
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, wants_fragment


@reports.get("/recherche")
def search_page() -> ResponseReturnValue:
    typed = request.args.get("q", "")[:LONGEST]
    groups = search(db.session(), viewer(), typed)
    if wants_fragment():
        return fragment("reports/_found.html", typed=typed, groups=groups)
    return render_template("reports/search.html", typed=typed, groups=groups)
