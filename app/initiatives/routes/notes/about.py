"""What a note is about: the organisation, and perhaps the step or project it was opened from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from flask import abort, request
from sqlalchemy import Select

from app.accounts.models import Organisation, Person, Territory
from app.accounts.queries.people import contacts_of
from app.accounts.rules import may_see_people
from app.core.folding import fold
from app.initiatives.models import Campaign
from app.initiatives.queries.organisations import (
    Choice,
    alike,
    own_organisations,
    territory_between,
)
from app.initiatives.rules.campaigns import visible_campaigns
from app.initiatives.rules.notes import notable_organisations, noting_territories
from app.plans.models import Project, Step
from app.plans.rules import visible_projects, visible_steps
from app.web.database import db
from app.web.gate import fetch, viewer

Row = TypeVar("Row")


@dataclass(frozen=True)
class About:
    """`organisation` None: still to be said. `project` is the step's where there is one."""

    organisation: Organisation | None
    step: Step | None
    project: Project | None
    campaign: Campaign | None

    @property
    def people(self) -> list[tuple[int, str]]:
        """Who can have been spoken to, where the viewer reads their names."""
        return people_of(self.organisation) if self.organisation else []


def people_of(organisation: Organisation, known: Person | None = None) -> list[tuple[int, str]]:
    """(id, name) of those who can have been spoken to, with the one who is named already."""
    named = [(known.id, known.name)] if known else []
    if not may_see_people(viewer(), organisation):
        return named
    contacts = contacts_of(db.session(), organisation.id)
    present = [(one.person.id, one.person.name) for one in contacts]
    return present + [one for one in named if one not in present]


def about_what() -> About:
    """What the address or the form names; 404 for what the viewer does not see or may not note."""
    if db.session.scalars(noting_territories(viewer()).limit(1)).first() is None:
        abort(403)
    step = _named("etape", visible_steps(viewer()))
    project = step.project if step else _named("projet", visible_projects(viewer()))
    organisation = _named("avec", notable_organisations(viewer()))
    if organisation is None and step is not None:
        query = notable_organisations(viewer()).where(Organisation.id == step.lead_organisation_id)
        organisation = db.session.scalars(query).one_or_none()
    campaign = _named("campagne", visible_campaigns(viewer()))
    return About(organisation, step, project, campaign)


def _named(name: str, visible: Select[Row]) -> Row | None:
    public_id = request.values.get(name)
    return fetch(visible, public_id) if public_id else None


def named_in(typed: str, about: About) -> tuple[Organisation | None, list[Choice]]:
    """(the organisation that was typed, those it may have meant): one of both, or neither."""
    known = about.organisation
    if known is not None and (not typed.strip() or fold(typed) == fold(known.name)):
        return known, []
    chosen = request.form.get("laquelle")
    if chosen:
        return fetch(notable_organisations(viewer()), chosen), []
    found = alike(db.session(), viewer(), typed)
    if len(found) == 1:
        return fetch(notable_organisations(viewer()), found[0].public_id), []
    return None, found


def place_of(organisation: Organisation, about: About) -> tuple[Territory, int | None]:
    """(territory, organisation of the viewer in whose name they write there)."""
    session, who = db.session(), viewer()
    wanted = about.project.territory_id if about.project else None
    territory = territory_between(session, who, organisation, wanted)
    own = own_organisations(session, who, territory.id)
    return territory, own[0][0] if own else None
