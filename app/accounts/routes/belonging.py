"""Where an organisation belongs, what is asked of it, and whether it may be named."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select

from app.accounts.kinds import MergeKind
from app.accounts.models import Claim, Departure, Merge, Organisation, Person, Territory
from app.accounts.queries.belonging import (
    attachable_territories,
    claim_of,
    claims_on,
    merges_into,
)
from app.accounts.queries.organisations import time_zone_of
from app.accounts.routes.blueprint import accounts
from app.accounts.rules import (
    may_admit,
    may_attach,
    may_decide_naming,
    may_detach,
    may_manage_organisation,
    may_merge,
    visible_organisations,
    visible_territories,
)
from app.accounts.services import belonging, claims
from app.accounts.services.naming import decide_naming
from app.core import clock
from app.core.french import of
from app.core.refusals import RefusedError
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to


def belonging_of(found: Organisation) -> dict[str, Any]:
    """What the organisation's page offers beside its people."""
    session, who = db.session(), viewer()
    if not may_manage_organisation(who, found):
        return {}
    merges = may_merge(who, found)
    return {
        "decides_naming": may_decide_naming(who, found),
        "decided_by": _decided_by(found),
        "decided_zone": time_zone_of(found),
        "claims": claims_on(session, found.id) if may_admit(who, found) else [],
        "own_claim": claim_of(session, found.id) if merges else None,
        "joined": _joined(found, all_of_them=merges),
        "attachable": attachable_territories(session, who, found.id),
        "detachable": [one for one in found.territories if may_detach(who, one)],
    }


def _decided_by(found: Organisation) -> str | None:
    if found.naming_decided_by_id is None:
        return None
    return db.session.get_one(Person, found.naming_decided_by_id).name


def _joined(found: Organisation, *, all_of_them: bool) -> list[tuple[Merge, str]]:
    """(merge, what the other record was called) of those that this viewer may undo."""
    merges = merges_into(db.session(), MergeKind.ORGANISATION, [found.id], clock.now())
    return [
        (merge, gone_name(merge))
        for merge in merges
        if all_of_them or merge.merged_by_id == viewer().person_id
    ]


def gone_name(merge: Merge) -> str:
    """What the record that went was called, while that is remembered."""
    for move in merge.moves or []:
        if move["do"] == "remove" and move["table"] == merge.kind.value:
            return str(move["row"]["name"])
    return ""


@accounts.post("/organisations/<public_id>/territoires")
def attach(public_id: str) -> ResponseReturnValue:
    """Into one more of the viewer's territories."""
    found = fetch(visible_organisations(viewer()), public_id, may_manage_organisation)
    territory = fetch(visible_territories(viewer()), request.form.get("territory", ""))
    if not may_attach(viewer(), found, territory):
        abort(403)
    try:
        belonging.attach(found, territory)
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _back(found)
    db.session.commit()
    flash(_("Elle fait maintenant partie %(of_name)s.", of_name=of(territory.name)), "success")
    return _back(found)


@accounts.post("/territoires/<public_id>/organisations/<organisation_id>/detacher")
def detach(public_id: str, organisation_id: str) -> ResponseReturnValue:
    territory = fetch(visible_territories(viewer()), public_id, may_detach)
    found = fetch(_of(territory), organisation_id)
    try:
        belonging.detach(
            db.session(), found, territory, person_id=viewer().person_id, now=clock.now()
        )
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return _back(found)
    db.session.commit()
    flash(_("%(name)s ne fait plus partie du territoire.", name=found.name), "success")
    return leave_to(url_for("accounts.organisations", public_id=public_id))


@accounts.post("/territoires/<public_id>/departs/<departure_id>/annuler")
def take_back(public_id: str, departure_id: str) -> ResponseReturnValue:
    """Within a day it is as if it had never left."""
    territory = fetch(visible_territories(viewer()), public_id, may_detach)
    departure = _departure(territory, departure_id)
    try:
        belonging.take_back(db.session(), departure, territory, clock.now())
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return leave_to(url_for("accounts.organisations", public_id=public_id))
    db.session.commit()
    flash(_("%(name)s est de nouveau là.", name=departure.organisation.name), "success")
    return leave_to(url_for("accounts.organisations", public_id=public_id))


@accounts.post("/organisations/<public_id>/demandes/<claim_id>")
def answer_claim(public_id: str, claim_id: str) -> ResponseReturnValue:
    """Whether another territory's record is this organisation."""
    found = fetch(visible_organisations(viewer()), public_id, may_admit)
    waiting = (one for one, _name in claims_on(db.session(), found.id))
    claim: Claim = next((c for c in waiting if c.public_id == claim_id), None) or abort(404)
    answer = request.form.get("answer")
    who, now = viewer().person_id, clock.now()
    if answer == "yes":
        claims.accept(claim, person_id=who, now=now)
        said = _("C’est noté : l’autre territoire peut réunir sa fiche à la vôtre.")
    elif answer == "no":
        claims.decline(claim, person_id=who, now=now)
        said = _("C’est noté : rien ne change, et rien n’est montré.")
    else:
        abort(400)
    db.session.commit()
    flash(said, "success")
    return _back(found)


@accounts.post("/organisations/<public_id>/nom-public")
def name_publicly(public_id: str) -> ResponseReturnValue:
    """The organisation's own word; it holds from now on, and is taken back at once."""
    found = fetch(visible_organisations(viewer()), public_id, may_decide_naming)
    answer = request.form.get("answer")
    if answer not in ("yes", "no"):
        abort(400)
    decide_naming(found, named=answer == "yes", person_id=viewer().person_id, now=clock.now())
    db.session.commit()
    flash(
        _("C’est noté : vos résultats peuvent porter votre nom.")
        if found.named_publicly
        else _("C’est noté : votre nom ne paraît nulle part en public."),
        "success",
    )
    return _back(found)


def _of(territory: Territory) -> Select[Organisation]:
    return visible_organisations(viewer()).where(
        Organisation.territories.any(Territory.id == territory.id)
    )


def _departure(territory: Territory, public_id: str) -> Departure:
    query = select(Departure).where(
        Departure.public_id == public_id, Departure.territory_id == territory.id
    )
    return db.session.scalars(query).one_or_none() or abort(404)


def _back(found: Organisation) -> ResponseReturnValue:
    return leave_to(url_for("accounts.organisation", public_id=found.public_id))
