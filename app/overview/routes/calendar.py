"""The plan as a month."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.calendar import holiday_names
from app.core.french import DAYS, MONTHS
from app.initiatives.words import hour
from app.overview.asked import StepFilter, on_day, query_of
from app.overview.months import Month, read_month
from app.overview.queries.choices import choices_of
from app.overview.queries.month import Day, days_of, without_days
from app.overview.routes.blueprint import asked_here, overview, plan_here, table_url, today_of, ways
from app.overview.routes.chips import chips_of
from app.plans.models import ActionPlan
from app.web.database import db
from app.web.gate import viewer


class Cell(NamedTuple):
    """One day of the grid; `holds` is nothing for days of the months beside."""

    day: date
    is_here: bool
    is_today: bool
    holiday: str
    holds: Day | None
    table: str


@overview.get("/plans/<public_id>/calendrier")
def month(public_id: str) -> ResponseReturnValue:
    plan, who = plan_here(public_id), viewer()
    today, asked = today_of(plan), without_days(asked_here())
    shown = read_month(request.args.get("mois", ""), today)
    days = days_of(db.session(), who, plan, asked, shown, today)
    return render_template(
        "overview/month.html",
        plan=plan,
        asked=asked,
        month=shown,
        title=f"{MONTHS[shown.first.month - 1]} {shown.first.year}",
        weeks=_weeks(plan, asked, shown, days, today),
        is_empty=not days,
        chips=chips_of(asked, choices_of(db.session(), who, plan)) if asked.is_set else [],
        previous=_url(plan, asked, shown.previous),
        following=_url(plan, asked, shown.following),
        this_month=_url(plan, asked, read_month("", today)),
        here=url_for("overview.month", public_id=public_id),
        table_url=table_url(plan, query_of(asked)),
        ways=ways(plan, asked, "month"),
        zone=plan.territory.time_zone,
        weekdays=DAYS,
        hour=hour,
    )


def _weeks(
    plan: ActionPlan, asked: StepFilter, month: Month, days: dict[date, Day], today: date
) -> list[list[Cell]]:
    names = holiday_names(month.first.year, plan.territory.holiday_zone)

    def cell(day: date) -> Cell:
        if day not in month:
            return Cell(day, False, False, "", None, "")
        holds = days.get(day, Day())
        table = table_url(plan, query_of(on_day(asked, day))) if holds.more else ""
        return Cell(day, True, day == today, names.get(day, ""), holds, table)

    return [[cell(day) for day in week] for week in month.weeks]


def _url(plan: ActionPlan, asked: StepFilter, month: Month) -> str:
    query = query_of(asked, [("mois", str(month))])
    return f"{url_for('overview.month', public_id=plan.public_id)}?{query}"
