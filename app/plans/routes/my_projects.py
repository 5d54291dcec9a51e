"""« Mes projets »: those of one's organisations, over every territory."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.plans.queries.my_projects import my_projects
from app.plans.routes.blueprint import plans
from app.plans.routes.mine import ZONE
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, wants_fragment


@plans.get("/mes-projets")
def mine_over_territories() -> ResponseReturnValue:
    """With their stage, the next step and the part one's organisations have."""
    asked, who = request.args.get("territoire", ""), viewer()
    place = next((one for one in who.places if one.public_id == asked), None)
    if asked and place is None:
        abort(404)
    ended = request.args.get("etat") == "termines"
    today = clock.local_day(clock.now(), ZONE)
    context = {
        "projects": my_projects(
            db.session(), who, today, territory_id=place.id if place else None, ended=ended
        ),
        "places": who.places,
        "names_ours": len(who.organisations) > 1,
        "asked": asked,
        "ended": ended,
    }
    if wants_fragment():
        return fragment("plans/_my_projects.html", **context)
    return render_template("plans/my_projects.html", **context)
