"""« Aujourd’hui »: what this person comes for, by what they are here."""

from __future__ import annotations

from datetime import date

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.accounts.models import Territory
from app.accounts.rules import animated_territories, visible_territories
from app.agreements.queries.agenda import agenda
from app.agreements.queries.waiting import waiting_questions
from app.core import clock
from app.inbox.queries import how_many_wait
from app.initiatives.queries.coming import own_invitations, week_of
from app.initiatives.queries.notes import follow_ups, own_follow_ups
from app.maturity.queries.deadlines import awaited_items
from app.plans.queries.mine import my_steps
from app.reminders.models import RelanceSetting
from app.reminders.queries.calls import by_callee, to_call
from app.reminders.queries.pilot import setting
from app.reports.queries.answers import answers, last_visit
from app.reports.queries.published import last_published, read_snapshot
from app.reports.queries.today import (
    advises,
    approached,
    drafts,
    fellows,
    leaderless,
    leaving,
    next_own_day,
    own_projects,
    stuck,
    work_days_of,
)
from app.reports.routes.blueprint import reports
from app.web.database import db
from app.web.gate import viewer
from app.web.navigation import show_territory

SHOWN_STEPS = 6
LINES = 3
# a person may work for several territories: their own days are counted in metropolitan time
ZONE = "Europe/Paris"
WEEK_DAYS = {"1": "lundi", "2": "mardi", "3": "mercredi", "4": "jeudi", "5": "vendredi"}
ALL_WEEK = "".join(WEEK_DAYS)


@reports.get("/aujourdhui")
def today() -> ResponseReturnValue:
    if viewer().animates:
        return _pilots_page()
    return _partners_page()


def _chosen(visible: Select[Territory]) -> tuple[Territory | None, list[Territory]]:
    """The territory that the page is about, and those to choose from."""
    places = list(db.session.scalars(visible.order_by(Territory.name)))
    asked = request.args.get("territoire")
    if asked is None:
        return (places[0] if places else None), places
    return next((p for p in places if p.public_id == asked), None) or abort(404), places


def _pilots_page() -> ResponseReturnValue:
    session, who, now = db.session(), viewer(), clock.now()
    territory, places = _chosen(animated_territories(who))
    assert territory is not None
    show_territory(territory)
    day = clock.local_day(now, territory.time_zone)
    steps = my_steps(session, who, day, mine_only=True)
    work_days = work_days_of(session, who.person_id)
    until = next_own_day(day, territory.holiday_zone, work_days)
    return render_template(
        "reports/today_pilot.html",
        places=places,
        today=day,
        answers=answers(session, territory.id, visited_at=last_visit(session, who), now=now),
        calls=by_callee(to_call(session, territory.id, day)),
        follow_ups=follow_ups(session, who, territory.id, day),
        mail=how_many_wait(session, territory.id, now),
        drafts=drafts(session, territory.id),
        approached=approached(session, territory.id, now),
        stuck=stuck(session, territory.id, day),
        objections=agenda(session, who, territory.id),
        leaderless=leaderless(session, territory.id),
        questions=waiting_questions(session, who, now),
        week=week_of(session, who, territory, now),
        dates=awaited_items(session, territory.id, day),
        steps=steps[:SHOWN_STEPS],
        more_steps=max(0, len(steps) - SHOWN_STEPS),
        leaving=leaving(session, territory, day, until),
        until=until,
        work_days=work_days or ALL_WEEK,
        weekdays=WEEK_DAYS,
        here=territory,
        pause=_pause(setting(session, territory.id), day),
    )


def _pause(known: RelanceSetting | None, day: date) -> dict[str, bool]:
    """Whether the territory's relances were started, and whether they are suspended."""
    until = known.paused_until if known else None
    return {
        "is_started": known is not None and known.started_at is not None,
        "is_on": until is not None and until > day,
    }


def _partners_page() -> ResponseReturnValue:
    """For a firm three lines, for an adviser the projects, for who looks on what was published."""
    session, who, now = db.session(), viewer(), clock.now()
    day = clock.local_day(now, ZONE)
    territory, places = _chosen(visible_territories(who))
    if territory is not None:
        show_territory(territory)
    steps = my_steps(session, who, day, mine_only=False) if who.organisations else []
    is_adviser = advises(session, who)
    looks_on = bool(territory) and (bool(who.observes) or who.is_operator)
    state = last_published(session, territory.id) if looks_on and territory else None
    return render_template(
        "reports/today.html",
        places=places,
        today=day,
        steps=steps[:LINES],
        more_steps=max(0, len(steps) - LINES),
        fellows=fellows(session, who, {item.project_public_id for item in steps[:LINES]}),
        is_adviser=is_adviser,
        questions=waiting_questions(session, who, now),
        invitations=own_invitations(session, who, now),
        follow_ups=own_follow_ups(session, who, day),
        projects=own_projects(session, who, day, now) if is_adviser else [],
        looks_on=looks_on,
        state=state,
        sheet=read_snapshot(session, state).sheet if state else None,
    )
