"""A project's relances: a panel of its page, and a page of its own."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.core import clock
from app.plans.models import Project
from app.plans.routes.blueprint import project_to_change
from app.plans.rules import may_reopen_project
from app.reminders.forms import RefusedDay
from app.reminders.queries.calls import latest_calls
from app.reminders.queries.choices import manner_of, step_manners
from app.reminders.queries.pauses import pause_of_project
from app.reminders.queries.pilot import latest_mails
from app.reminders.routes.blueprint import reminders
from app.reminders.routes.pilot import WORDS
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, wants_fragment


@reminders.get("/projets/<public_id>/relances")
def project(public_id: str) -> ResponseReturnValue:
    """Only for who carries the project: what was said to a firm is not its neighbours' affair."""
    return project_page(project_to_change(public_id, may_reopen_project))


def project_page(found: Project, refused: RefusedDay | None = None) -> ResponseReturnValue:
    """`refused`: a day for its pause that was not taken."""
    today = clock.local_day(clock.now(), found.territory.time_zone)
    context = {
        "project": found,
        "called": latest_calls(db.session(), found.territory_id, project_id=found.id),
        "mails": latest_mails(db.session(), found.territory_id, project_id=found.id),
        "manner": manner_of(db.session(), found),
        "today": today,
        "refused": refused,
        "paused_until": pause_of_project(db.session(), found, today),
        "steps": step_manners(db.session(), found),
        "shows_addresses": found.territory_id in viewer().animates,
        **WORDS,
    }
    if wants_fragment() and not refused:
        return fragment("reminders/_project.html", **context)
    return render_template("reminders/project.html", **context), 422 if refused else 200
