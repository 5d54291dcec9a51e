"""The one Blueprint of this room, and what its pages share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import Blueprint, flash, g
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.core import clock
from app.core.refusals import RefusedError
from app.core.viewer import Viewer
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.models import Project
from app.plans.queries.cards import ProjectCard, TerritoryLine, project_card
from app.plans.queries.project import PROJECT_TO_CHANGE
from app.web.database import db
from app.web.gate import admit, viewer
from app.web.navigation import show_territory

plans = Blueprint("plans", __name__)
Answer = TypeVar("Answer")


def today_in(territory: Territory | TerritoryLine) -> date:
    """The territory's calendar day: what « late » is measured against."""
    return clock.local_day(clock.now(), territory.time_zone)


def open_project_page(public_id: str) -> ProjectCard:
    """The project as its page shows it, 404 for whoever does not see it."""
    card = admit(project_card(db.session(), viewer(), public_id))
    show_territory(card.territory)
    return card


def project_to_change(public_id: str, may: Callable[[Viewer, Project], bool]) -> Project:
    """The project for a change: 404 where it is not seen, 403 where `may` says no."""
    project = admit(PROJECT_TO_CHANGE.find(db.session(), viewer(), public_id), may)
    show_territory(project.territory)
    return project


def partners_first(project: Project, pairs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The organisations to choose from, those that carry the project before the others."""
    carrying = {p.organisation_id for p in project.partners if p.state is not PartnerState.RETIRED}
    return sorted(pairs, key=lambda pair: pair[0] not in carrying)


def usual_organisation(project: Project) -> int | None:
    """Whose step or flow it most likely is: the viewer's among the partners, else the lead's."""
    live = [p for p in project.partners if p.state is not PartnerState.RETIRED]
    own = [p.organisation_id for p in live if p.organisation_id in viewer().organisations]
    lead = [p.organisation_id for p in live if p.role is PartnerRole.LEAD]
    return next(iter(own + lead), None)


def attempt(verb: Callable[[], object], done: str | None = None) -> bool:
    """Run a verb; say what was done, or in its own words why it was refused."""
    try:
        verb()
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        g.refused = True
        return False
    if done:
        flash(done, "success")
    return True
