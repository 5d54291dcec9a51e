"""The people of an organisation: contacts with or without an account, and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms.invitation import InviteForm
from app.accounts.forms.organisations import ContactForm, FunctionForm
from app.accounts.kinds import AskKind, MembershipRole, MergeKind
from app.accounts.labels import MEMBERSHIP_ROLES
from app.accounts.models import Membership, Merge, Organisation, Person
from app.accounts.queries.belonging import merges_into
from app.accounts.queries.invitations import ORGANISATION, Invitation, invitations_to
from app.accounts.queries.organisations import may_call, present_places, time_zone_of
from app.accounts.queries.people import Contact, contacts_of, keeps_own_record
from app.accounts.routes.blueprint import accounts
from app.accounts.routes.waiting_invitations import mail_again, take_back, waiting
from app.accounts.rules import (
    may_admit,
    may_edit_person,
    may_manage_organisation,
    may_see_contacts,
    may_see_people,
    visible_organisations,
)
from app.accounts.services import asks, organisation_invitations, people
from app.accounts.services.organisations import add_contact, edit_contact
from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment


def people_of(organisation: Organisation) -> dict[str, Any]:
    """What the part of the page about people needs."""
    session, admits = db.session(), may_admit(viewer(), organisation)
    now = clock.now()
    if not may_see_people(viewer(), organisation):
        return {"organisation": organisation, "first": _first_contact(organisation)}
    contacts = contacts_of(session, organisation.id)
    return {
        "organisation": organisation,
        "sees_people": True,
        "zone": time_zone_of(organisation),
        "contacts": contacts,
        "joined_people": _joined_people(contacts, now) if admits else [],
        "invitations": [
            (one, asks.shown_state(one.ask, now))
            for one in (_invitations(organisation) if admits else [])
        ],
        "roles": MEMBERSHIP_ROLES,
        "me": viewer().person_id,
        "admits": admits,
        "reads_contacts": may_see_contacts(viewer(), organisation),
        "may_choose_default": may_manage_organisation(viewer(), organisation),
    }


def _first_contact(organisation: Organisation) -> Contact | None:
    """For a partner in a running project: whom to call, and nobody else."""
    if not may_call(db.session(), viewer(), organisation.id):
        return None
    found = contacts_of(db.session(), organisation.id)
    return next((one for one in found if one.place.is_default), None)


def _joined_people(contacts: list[Contact], now: datetime) -> list[tuple[Merge, str]]:
    """(merge, name) of contacts that were two records a day ago."""
    names = {one.person.id: one.person.name for one in contacts}
    found = merges_into(db.session(), MergeKind.PERSON, list(names), now)
    return [(merge, names[merge.kept_id]) for merge in found]


@accounts.route("/organisations/<public_id>/contacts/nouveau", methods=["GET", "POST"])
def new_contact(public_id: str) -> ResponseReturnValue:
    found = _admitting(public_id)
    form = ContactForm()
    if form.validate_on_submit() and _added(form, found):
        db.session.commit()
        flash(_("Le contact est ajouté. Aucun message ne lui est envoyé."), "success")
        return _back(public_id)
    status = 422 if request.method == "POST" else 200
    return _contact_page(form, found, None, status)


@accounts.route("/organisations/<public_id>/contacts/<person_id>", methods=["GET", "POST"])
def edit_person(public_id: str, person_id: str) -> ResponseReturnValue:
    """All of a contact; of who has an account only what the organisation says of them."""
    found = _admitting(public_id)
    place = place_in(found, person_id)
    keeps_own = keeps_own_record(db.session(), place.person)
    if not may_edit_person(viewer(), place.person, keeps_own=keeps_own):
        return _edit_function(found, place)
    form = ContactForm(obj=place.person, function=place.function)
    if not form.validate_on_submit():
        return _contact_page(form, found, place, 422 if request.method == "POST" else 200)
    try:
        edit_contact(
            db.session(), place, text=form.text(), version=form.version.data, now=clock.now()
        )
    except StaleError:
        form.catch_up(place.person.version)
        return _contact_page(form, found, place, 409)
    except RefusedError as refusal:
        form.email.errors = [_(str(refusal))]
        return _contact_page(form, found, place, 422)
    db.session.commit()
    flash(_("Le contact est enregistré."), "success")
    return _back(public_id)


@accounts.post("/organisations/<public_id>/contacts/<person_id>/premier")
def call_first(public_id: str, person_id: str) -> ResponseReturnValue:
    """Make somebody the default contact."""
    found = fetch(visible_organisations(viewer()), public_id, may_manage_organisation)
    people.make_default(db.session(), place_in(found, person_id))
    db.session.commit()
    flash(_("C’est noté : cette personne est appelée en premier."), "success")
    return part_about_people(found)


@accounts.route("/organisations/<public_id>/inviter", methods=["GET", "POST"])
def invite(public_id: str) -> ResponseReturnValue:
    found = _admitting(public_id)
    form = InviteForm(data=_known_contact(found, request.args.get("contact")))
    if form.validate_on_submit() and _invited(form, found):
        db.session.commit()
        flash(_("L’invitation part vers %(email)s.", email=form.email.data), "success")
        return _back(public_id)
    page = render_template("accounts/invite.html", form=form, organisation=found)
    return page, 422 if request.method == "POST" else 200


@accounts.post("/organisations/<public_id>/invitations/<ask_id>/renouveler")
def renew_invitation(public_id: str, ask_id: str) -> ResponseReturnValue:
    found = _admitting(public_id)
    mail_again(waiting(_invitations(found), ask_id))
    return part_about_people(found)


@accounts.post("/organisations/<public_id>/invitations/<ask_id>/retirer")
def revoke_invitation(public_id: str, ask_id: str) -> ResponseReturnValue:
    found = _admitting(public_id)
    take_back(waiting(_invitations(found), ask_id))
    return part_about_people(found)


def _admitting(public_id: str) -> Organisation:
    return fetch(visible_organisations(viewer()), public_id, may_admit)


def place_in(found: Organisation, person_id: str) -> Membership:
    """A person's present place in an organisation, where its people are seen by name; or 404."""
    # PostgreSQL would not even compare a NUL
    if not person_id.isalnum() or not may_see_people(viewer(), found):
        abort(404)
    places = db.session.scalars(present_places(found.id).where(Person.public_id == person_id))
    return places.one_or_none() or abort(404)


def _invitations(found: Organisation) -> list[Invitation]:
    return invitations_to(db.session(), AskKind.INVITATION, (ORGANISATION, found.id))


def _added(form: ContactForm, found: Organisation) -> bool:
    now = clock.now()
    today = clock.local_day(now, time_zone_of(found))
    try:
        add_contact(db.session(), organisation=found, text=form.text(), today=today, now=now)
    except RefusedError as refusal:
        form.email.errors = [_(str(refusal))]
        return False
    return True


def _invited(form: InviteForm, found: Organisation) -> bool:
    guest = organisation_invitations.Guest(
        name=str(form.name.data),
        email=str(form.email.data),
        function=form.function.data,
        role=MembershipRole.MANAGER if form.manages.data else MembershipRole.MEMBER,
        note=form.note.data,
    )
    asker_id, now = viewer().person_id, clock.now()
    try:
        organisation_invitations.invite(
            db.session(), organisation=found, guest=guest, asker_id=asker_id, now=now
        )
    except RefusedError as refusal:
        form.email.errors = [_(str(refusal))]
        return False
    return True


def _known_contact(found: Organisation, person_id: str | None) -> dict[str, str | None]:
    """What is known of the contact whom the inviter comes from."""
    if person_id is None:
        return {}
    place = place_in(found, person_id)
    person = place.person
    return {"name": person.name, "email": person.email, "function": place.function}


def _edit_function(found: Organisation, place: Membership) -> ResponseReturnValue:
    form = FunctionForm(obj=place)
    if not form.validate_on_submit():
        return _contact_page(form, found, place, 422 if request.method == "POST" else 200)
    place.function = form.function.data
    db.session.commit()
    flash(_("La fonction est enregistrée."), "success")
    return _back(found.public_id)


def _contact_page(
    form: ContactForm | FunctionForm, found: Organisation, place: Membership | None, status: int
) -> ResponseReturnValue:
    page = render_template(
        "accounts/contact.html",
        form=form,
        organisation=found,
        place=place,
        own_affair=isinstance(form, FunctionForm),
        stale=status == 409,
    )
    return page, status


def part_about_people(found: Organisation) -> ResponseReturnValue:
    if wants_fragment():
        return fragment("accounts/_people.html", **people_of(found))
    return _back(found.public_id)


def _back(public_id: str) -> ResponseReturnValue:
    return leave_to(url_for("accounts.organisation", public_id=public_id, _anchor="contacts"))
