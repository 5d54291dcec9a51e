"""The pilot's page about people: who is to be told, who is silent, who is about to be erased."""

from __future__ import annotations

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Person, Territory
from app.accounts.routes.blueprint import open_animated_territory
from app.accounts.rules import may_set_territory
from app.core import clock
from app.core.refusals import RefusedError
from app.privacy.kinds import Means
from app.privacy.labels import CAUSES
from app.privacy.queries.informing import to_inform_by_phone
from app.privacy.queries.leaving import leaving_of
from app.privacy.queries.people import person_of, request_of
from app.privacy.queries.silent import silent_contacts
from app.privacy.queries.statements import statement_of
from app.privacy.routes.blueprint import privacy
from app.privacy.services.noticing import note_told
from app.privacy.services.requests import cancel, keep_contact
from app.privacy.services.retention import YEAR
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to


@privacy.get("/territoires/<public_id>/donnees-personnelles")
def people(public_id: str) -> ResponseReturnValue:
    territory, now, session = open_animated_territory(public_id), clock.now(), db.session()
    text = statement_of(session, territory)
    today = clock.local_day(now, territory.time_zone)
    since = now - YEAR * text.contact_years
    return render_template(
        "privacy/people.html",
        place=territory,
        text=text,
        to_tell=to_inform_by_phone(session, territory.id),
        silent=silent_contacts(session, territory.id, since, today),
        leaving=leaving_of(session, territory.id),
        causes=CAUSES,
        day_of=lambda instant: clock.local_day(instant, territory.time_zone),
        may_write=may_set_territory(viewer(), territory),
    )


@privacy.post("/territoires/<public_id>/donnees-personnelles/informer")
def told(public_id: str) -> ResponseReturnValue:
    """« C’est dit »: told by telephone, by the pilot."""
    territory = open_animated_territory(public_id)
    note_told(
        db.session(),
        person_id=_person(territory).id,
        territory_ids=[territory.id],
        means=Means.PHONE,
        now=clock.now(),
        noted_by_id=viewer().person_id,
    )
    db.session.commit()
    flash(_("C’est noté : cette personne est informée."), "success")
    return _back(public_id)


@privacy.post("/territoires/<public_id>/donnees-personnelles/garder")
def keep(public_id: str) -> ResponseReturnValue:
    territory, now = open_animated_territory(public_id), clock.now()
    keep_contact(
        db.session(),
        person_id=_person(territory).id,
        territory_id=territory.id,
        by_id=viewer().person_id,
        today=clock.local_day(now, territory.time_zone),
        now=now,
    )
    db.session.commit()
    flash(_("Ce contact reste ; la question reviendra dans un an."), "success")
    return _back(public_id)


@privacy.post("/territoires/<public_id>/donnees-personnelles/annuler")
def take_back(public_id: str) -> ResponseReturnValue:
    """Undo a request that somebody made for a contact, within its day."""
    territory = open_animated_territory(public_id)
    asked = request_of(db.session(), territory.id, request.form.get("request", ""))
    if asked is None:
        abort(404)
    try:
        cancel(db.session(), asked, now=clock.now())
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _back(public_id)
    db.session.commit()
    flash(_("Rien ne sera effacé."), "success")
    return _back(public_id)


def _person(territory: Territory) -> Person:
    found = person_of(db.session(), territory.id, request.form.get("person", ""))
    return found or abort(404)


def _back(public_id: str) -> ResponseReturnValue:
    return leave_to(url_for("privacy.people", public_id=public_id))
