"""What somebody did, and what others changed about them: one's own, and a contact's."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, and_, or_, select

from app.accounts.models import DEFAULT_ZONE, Membership, Person, TerritoryRole
from app.accounts.queries.organisations import time_zone_of
from app.accounts.queries.people import keeps_own_record
from app.accounts.routes.people import place_in
from app.accounts.rules import (
    may_edit_person,
    may_manage_organisation,
    may_see_contacts,
    visible_organisations,
)
from app.journal.models import Change
from app.logbook.routes.blueprint import logbook
from app.logbook.routes.pages import answer
from app.logbook.routes.showing import Scope
from app.web.database import db
from app.web.gate import fetch, viewer


@logbook.get("/compte/journal")
def mine() -> ResponseReturnValue:
    person = db.session.get_one(Person, viewer().person_id)
    scope = Scope(
        condition=_about(person.id),
        path="/compte/journal",
        zone=person.time_zone or DEFAULT_ZONE,
        subject_id=person.id,
        persons=frozenset({person.id}),
        contacts=viewer().organisations,
    )
    return answer(scope, "logbook/mine.html", exports=False)


@logbook.get("/organisations/<public_id>/contacts/<person_id>/journal")
def contact(public_id: str, person_id: str) -> ResponseReturnValue:
    """For who manages the organisation, as far as they read each project themselves."""
    found = fetch(visible_organisations(viewer()), public_id, may_manage_organisation)
    person = place_in(found, person_id).person
    edits = may_edit_person(viewer(), person, keeps_own=keeps_own_record(db.session(), person))
    scope = Scope(
        condition=_about(person.id),
        path=f"/organisations/{found.public_id}/contacts/{person.public_id}/journal",
        zone=time_zone_of(found),
        subject_id=person.id,
        persons=frozenset({person.id}) if edits else frozenset(),
        contacts=frozenset({found.id}) if may_see_contacts(viewer(), found) else frozenset(),
    )
    return answer(scope, "logbook/contact.html", organisation=found, person=person, exports=False)


def _about(person_id: int) -> ColumnElement[bool]:
    """What they did themselves, and what became of their own record, places and roles."""
    places = select(Membership.id).where(Membership.person_id == person_id)
    roles = select(TerritoryRole.id).where(TerritoryRole.person_id == person_id)
    return or_(
        Change.actor_id == person_id,
        and_(Change.entity == "Person", Change.entity_id == person_id),
        and_(Change.entity == "Membership", Change.entity_id.in_(places)),
        and_(Change.entity == "TerritoryRole", Change.entity_id.in_(roles)),
    )
