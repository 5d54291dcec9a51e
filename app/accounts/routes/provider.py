"""Signing in, and linking one's account, by a provider of identities.

The way back is the one GET that opens a session: browsers come by it as the protocol wants. It is
worth nothing without this browser's cookie, and once.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from flask import abort, flash, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms.account import LinkForm
from app.accounts.half_way import Arrival
from app.accounts.kinds import SignInWay
from app.accounts.mails import INVITATION_PATH
from app.accounts.models import Grant
from app.accounts.oidc.kinds import Fault, Identity, ProviderError, new_trip
from app.accounts.routes.account import asks_password, knows_password, me
from app.accounts.routes.blueprint import accounts, links, provider, seal
from app.accounts.routes.entering import enter
from app.accounts.routes.leaving import leave_for
from app.accounts.routes.sign_in import way_on
from app.accounts.routes.sign_out import ID_TOKENS
from app.accounts.services import identities
from app.accounts.services.identities import Visit
from app.core import clock
from app.core.refusals import RefusedError
from app.web.database import db, write_from_here
from app.web.gate import act_as, public, viewer, viewer_or_none
from app.web.htmx import leave_to

if TYPE_CHECKING:
    from app.accounts.oidc.provider import Provider

log = logging.getLogger(__name__)
VISIT = "provider_visit"
STATUSES = {Fault.UNREACHABLE: 503, Fault.REFUSED: 403, Fault.BROKEN: 502, Fault.LOST: 400}
ACCOUNT = "/compte#fournisseur"
# what a person who changes their mind makes the provider say (OpenID Connect Core, 3.1.2.6)
DENIED = frozenset({"access_denied", "login_required", "consent_required", "interaction_required"})


@accounts.post("/connexion/fournisseur")
@public
def go_to_provider() -> ResponseReturnValue:
    return _set_out(way_on(request.args.get("next")), None)


@accounts.get("/connexion/retour")
@public
def come_back() -> ResponseReturnValue:
    wanted, now = _provider(), clock.now()
    if request.method != "GET":
        abort(405)  # HEAD must not use up what a GET is to bring
    try:
        visit = _visit(now)
        identity = wanted.identity(_code(wanted), visit.trip, now)
        if visit.person_id is not None:
            return _linked(visit.person_id, identity, now)
        return _entered(identity, visit.way_on, now)
    except ProviderError as error:
        return _failed(error)


@accounts.post("/compte/fournisseur")
def link_identity() -> ResponseReturnValue:
    _provider()
    form, now = LinkForm(), clock.now()
    if asks_password(me(), now) and not knows_password(form, me(), now):
        flash(str(form.current.errors[0]), "error")
        return leave_to(ACCOUNT)
    return _set_out(ACCOUNT, viewer().person_id)


@accounts.post("/compte/fournisseur/retirer")
def unlink_identity() -> ResponseReturnValue:
    try:
        identities.unlink(db.session(), me(), _provider().issuer, clock.now())
    except RefusedError as refusal:
        flash(str(refusal), "error")
        return leave_to(ACCOUNT)
    db.session.commit()
    flash(_("L’association est retirée."), "success")
    return leave_to(ACCOUNT)


def _provider() -> Provider:
    """404 where the settings name none: the page does not exist."""
    return provider() or abort(404)


def _set_out(target: str, person_id: int | None) -> ResponseReturnValue:
    wanted, now, trip = _provider(), clock.now(), new_trip()
    # nobody waits for our transaction while the provider is asked
    db.session.rollback()
    try:
        address = wanted.way_out(trip, now)
    except ProviderError as error:
        return _failed(error)
    cookie[VISIT] = identities.set_out(
        db.session(), trip, way_on=target, person_id=person_id, now=now
    )
    db.session.commit()
    return leave_for(address)


def _visit(now: datetime) -> Visit:
    """What this browser left with. Raises ProviderError where it did not leave from here."""
    write_from_here()
    key, state = str(cookie.get(VISIT, "")), request.args.get("state", "")
    visit = identities.come_back(db.session(), key=key, state=state, now=now)
    db.session.commit()
    if visit is None:
        raise ProviderError(Fault.LOST, "nobody left this browser with this state")
    cookie.pop(VISIT, None)
    return visit


def _code(wanted: Provider) -> str:
    """What the provider sent along. Raises ProviderError where that is no code of its own."""
    told = request.args
    if "error" in told:
        fault = Fault.REFUSED if told["error"] in DENIED else Fault.BROKEN
        raise ProviderError(fault, f"it says {told['error'][:80]!r}")
    if told.get("iss", wanted.issuer) != wanted.issuer:
        raise ProviderError(Fault.BROKEN, "another issuer answers")
    if not told.get("code"):
        raise ProviderError(Fault.BROKEN, "there is no code")
    return told["code"]


def _linked(person_id: int, identity: Identity, now: datetime) -> ResponseReturnValue:
    who = viewer_or_none()
    if who is None or who.person_id != person_id:
        raise ProviderError(Fault.LOST, "whoever meant to link is no longer signed in")
    act_as(person_id)
    try:
        identities.link(db.session(), person_id, (identity.issuer, identity.subject), now)
    except RefusedError as refusal:
        flash(str(refusal), "error")
        return leave_to(ACCOUNT)
    db.session.commit()
    flash(_("C’est associé : vous pourrez entrer ainsi."), "success")
    return leave_to(ACCOUNT)


def _entered(identity: Identity, target: str, now: datetime) -> ResponseReturnValue:
    found = identities.recognise(db.session(), identity, now)
    if found is None:
        return render_template("accounts/unknown_identity.html"), 403
    if isinstance(found, Grant):
        return leave_to(f"{INVITATION_PATH}/{links().token(found.public_id)}")
    act_as(found.person_id)
    token = seal(ID_TOKENS).close(identity.id_token, now) if identity.id_token else None
    arrival = Arrival(
        found.person_id,
        SignInWay.PROVIDER,
        (identity.issuer, identity.subject) if found.to_link else None,
        token,
    )
    way = enter(arrival, now, target=way_on(target))
    db.session.commit()
    return leave_to(way)


def _failed(error: ProviderError) -> ResponseReturnValue:
    log.warning("signing in by the provider failed (%s): %s", error.fault, error)
    db.session.rollback()
    return (
        render_template("accounts/provider_failed.html", fault=error.fault.value),
        STATUSES[error.fault],
    )
