"""Territories of the installation: opened, and given a pilot where they have none."""

from __future__ import annotations

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.kinds import AskKind, TerritoryRoleKind
from app.accounts.models import Person, Territory, TerritoryRole
from app.accounts.queries.invitations import TERRITORY, Invitation, invitations_to
from app.accounts.routes.waiting_invitations import VERBS, waiting
from app.accounts.rules import operated_territories
from app.accounts.services import asks, territories
from app.accounts.services.team import Nominee, invite_to_team
from app.accounts.services.territories import TakenError, found_territory
from app.core import clock
from app.core.refusals import RefusedError
from app.upkeep.forms import ColleagueForm, NewTerritoryForm
from app.upkeep.queries import pilots_of, territory_line
from app.upkeep.routes.blueprint import operating
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to


@operating.route("/exploitation/territoires/nouveau", methods=["GET", "POST"])
def new_territory() -> ResponseReturnValue:
    form = NewTerritoryForm()
    if form.validate_on_submit() and (made := _founded(form)) is not None:
        url = url_for("operating.territory", public_id=made.public_id)
        db.session.commit()
        flash(_("Le territoire est ouvert."), "success")
        return leave_to(url)
    page = render_template("upkeep/new_territory.html", form=form)
    return page, 422 if request.method == "POST" else 200


@operating.get("/exploitation/territoires/<public_id>")
def territory(public_id: str) -> ResponseReturnValue:
    found = _territory(public_id)
    session, now = db.session(), clock.now()
    return render_template(
        "upkeep/territory.html",
        place=found,
        line=territory_line(session, found.id, now),
        pilots=pilots_of(session, found.id),
        invitations=[(one, asks.shown_state(one.ask, now)) for one in _pilots_invited(found)],
    )


@operating.post("/exploitation/territoires/<public_id>/animation/<person_id>/renvoyer")
def invite_pilot_again(public_id: str, person_id: str) -> ResponseReturnValue:
    """The invitation of who was named when the territory was opened, and has not come in."""
    found = _territory(public_id)
    role = _pilot(found, person_id)
    try:
        territories.invite_pilot_again(db.session(), found, role.person, now=clock.now())
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _back(found)
    db.session.commit()
    flash(_("L’invitation repart, pour quatorze jours."), "success")
    return _back(found)


@operating.post("/exploitation/territoires/<public_id>/animation/<person_id>/retirer")
def withdraw_pilot(public_id: str, person_id: str) -> ResponseReturnValue:
    """Somebody who was named by mistake and never came in."""
    found = _territory(public_id)
    try:
        territories.withdraw_pilot(db.session(), found, _pilot(found, person_id), now=clock.now())
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _back(found)
    db.session.commit()
    flash(_("C’est retiré : son lien n’ouvre plus rien."), "success")
    return _back(found)


@operating.route("/exploitation/territoires/<public_id>/animation", methods=["GET", "POST"])
def invite_pilot(public_id: str) -> ResponseReturnValue:
    """A pilot for a territory that has none who comes in; elsewhere the team names its own."""
    found = _territory(public_id)
    if not territory_line(db.session(), found.id, clock.now()).lost_pilot:
        abort(403)
    form = ColleagueForm()
    if form.validate_on_submit() and _invited(form, found):
        db.session.commit()
        flash(_("L’invitation part vers %(email)s.", email=form.email.data), "success")
        return _back(found)
    page = render_template("upkeep/invite_pilot.html", form=form, place=found)
    return page, 422 if request.method == "POST" else 200


@operating.post("/exploitation/territoires/<public_id>/invitations/<ask_id>/<verb>")
def settle_pilot_invitation(public_id: str, ask_id: str, verb: str) -> ResponseReturnValue:
    """Mail an invitation to pilot again (`renouveler`), or take it back (`retirer`)."""
    found = _territory(public_id)
    settle = VERBS.get(verb) or abort(404)
    settle(waiting(_pilots_invited(found), ask_id))
    return _back(found)


def _territory(public_id: str) -> Territory:
    return fetch(operated_territories(viewer()), public_id)


def _pilot(found: Territory, person_id: str) -> TerritoryRole:
    roles = (one.role for one in pilots_of(db.session(), found.id))
    return next((role for role in roles if role.person.public_id == person_id), None) or abort(404)


def _pilots_invited(found: Territory) -> list[Invitation]:
    """Invitations that operators sent; those of the team are the team's."""
    session = db.session()
    everybody = invitations_to(session, AskKind.TERRITORY_ROLE, (TERRITORY, found.id))
    return [one for one in everybody if session.get_one(Person, one.ask.asker_id).is_operator]


def _founded(form: NewTerritoryForm) -> Territory | None:
    try:
        return found_territory(db.session(), form.wanted(), clock.now()).territory
    except TakenError as refusal:
        told = _(
            "« %(name)s » (SIREN %(siren)s) est déjà ouvert.",
            name=refusal.known.name,
            siren=refusal.known.siren or "–",
        )
        form.name.errors = [told]
    except RefusedError as refusal:
        form.pilot_email.errors = [_(str(refusal))]
    db.session.rollback()
    return None


def _invited(form: ColleagueForm, found: Territory) -> bool:
    nominee = Nominee(
        name=str(form.name.data),
        email=str(form.email.data),
        role=TerritoryRoleKind.PILOT,
        note=form.note.data,
    )
    asker_id, now = viewer().person_id, clock.now()
    try:
        invite_to_team(db.session(), territory=found, nominee=nominee, asker_id=asker_id, now=now)
    except RefusedError as refusal:
        form.email.errors = [_(str(refusal))]
        return False
    return True


def _back(found: Territory) -> ResponseReturnValue:
    return leave_to(url_for("operating.territory", public_id=found.public_id))
