"""Who adheres to the charter of a démarche: shown to all, given by members, asked for by pilots."""

from __future__ import annotations

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Organisation, Territory, TerritoryText
from app.accounts.queries.texts import current_charter
from app.accounts.routes.blueprint import open_territory
from app.accounts.rules import visible_organisations, visible_territories
from app.agreements import texts
from app.agreements.queries.charter import (
    Invitable,
    adherents,
    charters_of,
    history,
    invitable,
    names_here,
    organisations_here,
    standing,
)
from app.agreements.routes.blueprint import agreements
from app.agreements.rules import may_adhere, may_ask_adherence, may_leave_charter
from app.agreements.services.charter import adhere, ask_adherence, leave_charter
from app.core import clock
from app.core.french import of
from app.plans.routes.blueprint import attempt
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment


@agreements.get("/territoires/<public_id>/charte/adhesions")
def adherences(public_id: str) -> ResponseReturnValue:
    """Who adheres, by name: a panel of the charter's page; on its own page also whom to ask."""
    territory = open_territory(public_id)
    current = current_charter(db.session(), territory.id)
    found = adherents(db.session(), territory)
    context = {
        "place": territory,
        "current": current,
        "adherents": found,
        "earlier": sum(current is not None and one.version < current.version for one in found),
        "own": _own(territory, {one.organisation_id: one.version for one in found}),
        "may_ask": may_ask_adherence(viewer(), territory),
    }
    if wants_fragment():
        return fragment("agreements/_adherences.html", **context)
    return render_template(
        "agreements/adherences.html", invitable=_invitable(territory, current), **context
    )


@agreements.post("/territoires/<public_id>/charte/demandes")
def ask_for_adherence(public_id: str) -> ResponseReturnValue:
    """Ask the organisations that were chosen, each by one mail to its contact."""
    territory = fetch(visible_territories(viewer()), public_id, may_ask_adherence)
    chosen = Organisation.public_id.in_(request.form.getlist("organisation"))
    asked = db.session.scalars(organisations_here(territory.id).where(chosen)).all()
    if not asked:
        flash(_("Cochez d’abord les organisations à qui le demander."), "info")
    elif sum(_ask(territory, one) for one in asked):
        db.session.commit()
        flash(_("C’est demandé. Chacune répond d’un clic, sans mot de passe."), "success")
    return leave_to(url_for("agreements.adherences", public_id=public_id))


@agreements.route(
    "/territoires/<public_id>/charte/adhesions/<organisation_id>", methods=["GET", "POST"]
)
def adherence(public_id: str, organisation_id: str) -> ResponseReturnValue:
    """The charter as one organisation answers it: its own click, or its word noted."""
    territory = open_territory(public_id)
    organisation = fetch(organisations_here(territory.id), organisation_id)
    own = _speaks(organisation, territory)
    if request.method == "POST":
        return _adhere(territory, organisation, own=own)
    session = db.session()
    current = current_charter(session, territory.id)
    given = standing(session, territory.id, organisation.id)
    return render_template(
        "agreements/adherence.html",
        place=territory,
        organisation=organisation,
        current=current,
        text=texts.charter(current.version) if current else None,
        given=given,
        adheres=given and current and given.text_version == texts.charter(current.version),
        history=history(session, territory.id, organisation.id),
        own=own,
        may_leave=given is not None and may_leave_charter(viewer(), given, territory),
    )


@agreements.post("/territoires/<public_id>/charte/adhesions/<organisation_id>/retirer")
def end_adherence(public_id: str, organisation_id: str) -> ResponseReturnValue:
    """It stays in the history, with its dates."""
    territory = open_territory(public_id)
    organisation = fetch(organisations_here(territory.id), organisation_id)
    _speaks(organisation, territory)
    given = standing(db.session(), territory.id, organisation.id)
    if given is not None and not may_leave_charter(viewer(), given, territory):
        abort(403)
    if attempt(
        lambda: leave_charter(db.session(), territory, organisation, now=clock.now()),
        _("C’est noté : %(name)s n’adhère plus à la charte.", name=organisation.name),
    ):
        db.session.commit()
    return _back(territory, organisation)


@agreements.get("/organisations/<public_id>/charte")
def charters(public_id: str) -> ResponseReturnValue:
    """What an organisation says to the charters of its territories: a panel of its page."""
    organisation = fetch(visible_organisations(viewer()), public_id)
    context = {
        "organisation": organisation,
        "places": [
            (place, may_adhere(viewer(), organisation.id, place.territory))
            for place in charters_of(db.session(), viewer(), organisation)
        ],
    }
    if wants_fragment():
        return fragment("agreements/_charters.html", **context)
    return render_template("agreements/charters.html", **context)


def _speaks(organisation: Organisation, territory: Territory) -> bool:
    """Whether the viewer answers for it; 403 for who does neither that nor notes its word."""
    own = may_adhere(viewer(), organisation.id, territory)
    if not (own or may_ask_adherence(viewer(), territory)):
        abort(403)
    return own


def _own(territory: Territory, versions: dict[int, int]) -> list[tuple[str, str, int | None]]:
    """(public id, name, version it adheres to) of the organisations that the viewer answers for."""
    found = names_here(db.session(), territory.id, viewer().organisations)
    return [
        (public_id, name, versions.get(one))
        for one, public_id, name in found
        if may_adhere(viewer(), one, territory)
    ]


def _invitable(territory: Territory, current: TerritoryText | None) -> list[Invitable]:
    if current is None or not may_ask_adherence(viewer(), territory):
        return []
    return invitable(db.session(), territory, current.version, clock.now())


def _ask(territory: Territory, organisation: Organisation) -> bool:
    by, now = viewer().person_id, clock.now()
    return attempt(lambda: ask_adherence(db.session(), territory, organisation, by=by, now=now))


def _adhere(territory: Territory, organisation: Organisation, *, own: bool) -> ResponseReturnValue:
    who, name = viewer().person_id, organisation.name
    if own:
        done = _("L’adhésion %(of_name)s est notée.", of_name=of(name))
    else:
        done = _("L’accord de vive voix %(of_name)s est noté, à votre nom.", of_name=of(name))
    if attempt(
        lambda: adhere(
            db.session(),
            territory,
            organisation,
            version=request.form.get("texte", ""),
            person_id=who if own else None,
            noted_by_id=None if own else who,
            now=clock.now(),
        ),
        done,
    ):
        db.session.commit()
    return _back(territory, organisation)


def _back(territory: Territory, organisation: Organisation) -> ResponseReturnValue:
    place, firm = territory.public_id, organisation.public_id
    return leave_to(url_for("agreements.adherence", public_id=place, organisation_id=firm))
