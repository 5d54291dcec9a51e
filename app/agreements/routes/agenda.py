"""What waits for the next meeting."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.routes.blueprint import open_territory
from app.agreements.queries.agenda import agenda as items_of
from app.agreements.routes.blueprint import agreements
from app.agreements.rules import may_conclude
from app.web.database import db
from app.web.gate import viewer


@agreements.get("/territoires/<public_id>/ordre-du-jour")
def agenda(public_id: str) -> ResponseReturnValue:
    territory = open_territory(public_id)
    items = items_of(db.session(), viewer(), territory.id)
    return render_template(
        "agreements/agenda.html",
        territory=territory,
        items=[(item, may_conclude(viewer(), item.proposal)) for item in items],
    )
