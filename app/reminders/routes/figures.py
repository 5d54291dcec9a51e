"""How soon people answer: the figures of a year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.routes.blueprint import open_animated_territory
from app.core import clock
from app.reminders.figures import Answered, by_kind, by_week, tally
from app.reminders.labels import OCCASIONS, OCCASIONS_IN_SHORT
from app.reminders.queries.figures import first_year, spoken_in
from app.reminders.routes.blueprint import reminders
from app.web.database import db


@reminders.get("/territoires/<public_id>/relances/chiffres")
def figures(public_id: str) -> ResponseReturnValue:
    found, session = open_animated_territory(public_id), db.session()
    today = clock.local_day(clock.now(), found.time_zone)
    first = first_year(session, found.id)
    years = list(range(today.year, (first or today.year) - 1, -1))
    said = request.args.get("annee", "")
    year = next((one for one in years if str(one) == said), today.year)
    messages = spoken_in(session, found, year)
    kinds = by_kind(messages, today)
    return render_template(
        "reminders/figures.html",
        place=found,
        year=year,
        years=years,
        whole=tally(messages, today),
        kinds=[(_(OCCASIONS[code]), one) for code, one in kinds.items()],
        columns=[_(OCCASIONS_IN_SHORT[code]) for code in kinds],
        weeks=by_week(messages, today),
        series=_series(kinds.values()),
    )


def _series(found: Iterable[Answered]) -> list[dict[str, Any]]:
    shown = list(found)
    return [
        {"label": _("messages"), "values": [one.sent for one in shown], "fill": "before"},
        {
            "label": _("répondus en 3 jours"),
            "values": [one.soon.came for one in shown],
            "fill": "weft",
        },
        {
            "label": _("répondus en 7 jours"),
            "values": [one.in_a_week.came for one in shown],
            "fill": "warp",
        },
    ]
