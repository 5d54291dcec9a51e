"""« Mes étapes »: what this person and their organisations have to do, over every territory."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.plans.queries.mine import done_recently, my_steps
from app.plans.routes.blueprint import plans
from app.web.database import db
from app.web.gate import viewer

# a person may work for several territories: their days are all counted in metropolitan time
ZONE = "Europe/Paris"


@plans.get("/mes-etapes")
def mine() -> ResponseReturnValue:
    today = clock.local_day(clock.now(), ZONE)
    mine_only = request.args.get("qui") == "moi"
    found = my_steps(db.session(), viewer(), today, mine_only=mine_only)
    return render_template(
        "plans/mine.html",
        found=found,
        late=[item for item in found if item.line.late],
        soon=[
            item
            for item in found
            if not item.line.late
            and item.line.due_on is not None
            and item.line.due_on <= today + timedelta(days=30)
        ],
        later=[
            item
            for item in found
            if item.line.due_on is None or item.line.due_on > today + timedelta(days=30)
        ],
        done=done_recently(db.session(), viewer(), today - timedelta(days=30)),
        mine_only=mine_only,
    )
