"""« Premiers contacts »: campaigns of a territory, and one with every company of its zone."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.accounts.queries.organisations import zones_of
from app.accounts.rules import animated_territories
from app.core import clock
from app.core.refusals import RefusedError
from app.core.spreadsheet import as_csv
from app.initiatives.forms.campaigns import CampaignForm
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.labels.campaigns import CONTACT_PILLS, CONTACT_STATES, FILLS
from app.initiatives.models import Campaign
from app.initiatives.queries.campaigns import (
    PAGE,
    ContactLine,
    ambassadors,
    company_of,
    contact_lines,
    progress,
)
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.rules.campaigns import visible_campaigns
from app.initiatives.services.campaigns import (
    close_campaign,
    move_company,
    open_campaign,
    reopen_campaign,
)
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory
from app.web.undo import came_from, flash_with_undo

HEADINGS = ("Entreprise", "Commune", "Premier contact", "Téléphone", "État")
WORDS = {"states": CONTACT_STATES, "pills": CONTACT_PILLS, "fills": FILLS}
# the state that most often comes next
NEXT = {
    ContactState.TO_CONTACT: ContactState.CALLED,
    ContactState.CALLED: ContactState.MET,
    ContactState.MET: ContactState.INTERESTED,
    ContactState.INTERESTED: ContactState.AMBASSADOR,
}


@initiatives.route("/territoires/<public_id>/campagnes", methods=["GET", "POST"])
def campaigns(public_id: str) -> ResponseReturnValue:
    territory = fetch(animated_territories(viewer()), public_id)
    show_territory(territory)
    form = CampaignForm()
    form.offer(zones_of(db.session(), {territory.id}))
    if form.validate_on_submit():
        made = open_campaign(
            db.session(),
            territory_id=territory.id,
            zone_id=form.zone_id.data or None,
            title=form.title.data or "",
            today=clock.local_day(clock.now(), territory.time_zone),
        )
        db.session.commit()
        flash(_("La campagne est ouverte : voici les entreprises à contacter."), "success")
        return leave_to(url_for("initiatives.campaign", public_id=made.public_id))
    page = render_template(
        "initiatives/campaigns/list.html",
        territory=territory,
        form=form,
        campaigns=progress(db.session(), territory.id),
        ambassadors=ambassadors(db.session(), territory.id),
        **WORDS,
    )
    return page, 422 if request.method == "POST" else 200


@initiatives.get("/campagnes/<public_id>")
def campaign(public_id: str) -> ResponseReturnValue:
    found = _campaign(public_id)
    state = _state(request.args.get("etat"))
    lines = contact_lines(db.session(), found.id, state, _after())
    [standing] = progress(db.session(), found.territory_id, found.id)
    return render_template(
        "initiatives/campaigns/campaign.html",
        campaign=found,
        standing=standing,
        lines=lines[:PAGE],
        following=NEXT,
        tabs=_tabs(found, standing.counts, state),
        next_url=_next_url(found, state, lines),
        first_url=_url(found, state) if "apres" in request.args else None,
        **WORDS,
    )


@initiatives.get("/campagnes/<public_id>/export")
def export_campaign(public_id: str) -> ResponseReturnValue:
    found = _campaign(public_id)
    state = _state(request.args.get("etat"))
    lines = contact_lines(db.session(), found.id, state, limit=None)
    rows = [
        (one.name, one.city or "", one.contact or "", one.phone or "", CONTACT_STATES[one.state])
        for one in lines
    ]
    return Response(
        as_csv(HEADINGS, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="campagne-{public_id}.csv"'},
    )


@initiatives.post("/campagnes/<public_id>/entreprises/<organisation_id>")
def move(public_id: str, organisation_id: str) -> ResponseReturnValue:
    found = _campaign(public_id)
    company = company_of(db.session(), found, organisation_id) or abort(404)
    state = _state(request.values.get("etat")) or abort(400)
    back = came_from(_url(found, None))
    try:
        before = move_company(
            db.session(),
            found,
            organisation_id=company.id,
            state=state,
            person_id=viewer().person_id,
            now=clock.now(),
        )
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return leave_to(back)
    db.session.commit()
    said = f"{company.name} : {CONTACT_STATES[state].lower()}."
    here = url_for("initiatives.move", public_id=public_id, organisation_id=organisation_id)
    flash_with_undo(said, f"{here}?etat={before.value}")
    return leave_to(back)


@initiatives.post("/campagnes/<public_id>/clore")
def close(public_id: str) -> ResponseReturnValue:
    found = _campaign(public_id)
    today = clock.local_day(clock.now(), found.territory.time_zone)
    close_campaign(db.session(), found, today=today)
    db.session.commit()
    undo = url_for("initiatives.open_again", public_id=public_id)
    flash_with_undo(_("La campagne est close ; elle reste lisible."), undo)
    return leave_to(_url(found, None))


@initiatives.post("/campagnes/<public_id>/rouvrir")
def open_again(public_id: str) -> ResponseReturnValue:
    found = _campaign(public_id)
    reopen_campaign(db.session(), found)
    db.session.commit()
    flash(_("La campagne est rouverte."), "success")
    return leave_to(_url(found, None))


def _campaign(public_id: str) -> Campaign:
    found = fetch(visible_campaigns(viewer()), public_id)
    territory: Territory = found.territory
    show_territory(territory)
    return found


def _state(asked: str | None) -> ContactState | None:
    return ContactState(asked) if asked in list(ContactState) else None


def _tabs(
    found: Campaign, counts: dict[ContactState, int], chosen: ContactState | None
) -> list[dict[str, Any]]:
    everything = {
        "label": _("Toutes"),
        "href": _url(found, None),
        "current": chosen is None,
        "count": sum(counts.values()),
    }
    return [
        everything,
        *(
            {
                "label": _(CONTACT_STATES[state]),
                "href": _url(found, state),
                "current": state is chosen,
                "count": counts[state],
            }
            for state in ContactState
        ),
    ]


def _after() -> tuple[str, int] | None:
    """The keyset of the last company shown: « key.id »; a folded key holds no full stop."""
    key, _dot, row_id = request.args.get("apres", "").partition(".")
    if not key:
        return None
    if not (row_id.isascii() and row_id.isdecimal() and len(row_id) <= 18 and key.isprintable()):
        abort(404)
    return key, int(row_id)


def _next_url(found: Campaign, state: ContactState | None, lines: list[ContactLine]) -> str | None:
    if len(lines) <= PAGE:
        return None
    last = lines[PAGE - 1]
    return _url(found, state, apres=f"{last.search_key}.{last.id}")


def _url(found: Campaign, state: ContactState | None, **more: Any) -> str:
    kept: dict[str, Any] = {"etat": state.value} if state else {}
    return url_for("initiatives.campaign", public_id=found.public_id, **kept, **more)
