"""What the pages about one organisation to call begin with: where, whom, and in whose name."""

from __future__ import annotations

from datetime import date

from flask import abort

from app.accounts.models import Territory
from app.accounts.rules import animated_territories, may_animate
from app.core import clock
from app.initiatives.queries.organisations import own_organisations
from app.reminders.queries.callee import CalleePage, callee, organisation_of
from app.reminders.services.calls import Caller
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.navigation import show_territory


def here_of(public_id: str) -> tuple[Territory, date]:
    """A territory that the viewer animates, and what day it is there; 404 otherwise."""
    territory = fetch(animated_territories(viewer()), public_id, may_animate)
    show_territory(territory)
    return territory, clock.local_day(clock.now(), territory.time_zone)


def callee_here(territory: Territory, organisation_id: str, today: date) -> CalleePage:
    """One organisation of it, with what waits there; 404 for any other."""
    organisation = organisation_of(db.session(), territory.id, organisation_id) or abort(404)
    return callee(db.session(), viewer(), territory, organisation, today)


def caller_of(territory: Territory, found: CalleePage) -> Caller:
    """The viewer, in the name of their own organisation where they have one here."""
    own = own_organisations(db.session(), viewer(), territory.id)
    return Caller(
        viewer().person_id, own[0][0] if own else None, found.organisation.id, territory.id
    )
