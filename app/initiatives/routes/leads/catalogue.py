"""« Pistes »: captured in ten seconds, listed with the projects, put side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Organisation, Territory
from app.accounts.queries.organisations import zones_of
from app.accounts.rules import visible_territories
from app.core import clock
from app.core.refusals import RefusedError
from app.initiatives.forms.leads import CaptureForm
from app.initiatives.labels.leads import LEAD_PILLS, LEAD_STATES
from app.initiatives.models import Opportunity
from app.initiatives.queries.leads import (
    PAGE,
    CatalogueFilter,
    CatalogueLine,
    Tab,
    catalogue,
    counts,
    side_by_side,
)
from app.initiatives.queries.organisations import alike, own_organisations, proposed
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.rules.leads import reads_counts
from app.initiatives.rules.notes import notable_organisations, noting_territories
from app.initiatives.services.leads import capture
from app.plans.kinds import ProjectState
from app.plans.labels import LABELS
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory
from app.web.undo import flash_with_undo

TABS = {
    Tab.LEADS: "Pistes",
    Tab.PROJECTS: "Projets",
    Tab.PASSED_ON: "Transmises",
    Tab.REFUSED: "Refusées",
    Tab.ALL: "Tout",
}
WORDS = {
    "states": LEAD_STATES,
    "pills": LEAD_PILLS,
    "project_states": LABELS[ProjectState],
}


@initiatives.get("/territoires/<public_id>/pistes")
def leads(public_id: str) -> ResponseReturnValue:
    territory = fetch(visible_territories(viewer()), public_id)
    show_territory(territory)
    if wants_fragment():
        return fragment("initiatives/leads/_list.html", **_listed(territory))
    return _page(territory, _capture_form(territory), 200)


@initiatives.post("/territoires/<public_id>/pistes")
def capture_lead(public_id: str) -> ResponseReturnValue:
    territory = fetch(noting_territories(viewer()), public_id)
    show_territory(territory)
    form = _capture_form(territory)
    if not form.validate_on_submit():
        return _page(territory, form, 422)
    organisations = _named(form, territory)
    if organisations is None:
        return _page(territory, form, 422)
    found = _captured(territory, form, organisations)
    if found is None:
        return _page(territory, form, 422)
    db.session.commit()
    undo = url_for("initiatives.forget_lead", public_id=found.public_id)
    flash_with_undo(_("La piste est notée."), undo)
    return leave_to(url_for("initiatives.leads", public_id=public_id))


def _captured(
    territory: Territory, form: CaptureForm, organisations: list[Organisation]
) -> Opportunity | None:
    own = own_organisations(db.session(), viewer(), territory.id)
    try:
        return capture(
            db.session(),
            territory_id=territory.id,
            lead=form.lead(organisations),
            brought_by_id=viewer().person_id,
            brought_by_organisation_id=own[0][0] if own else None,
            now=clock.now(),
        )
    except RefusedError as refusal:
        db.session.rollback()
        form.title.errors = [_(str(refusal))]
        return None


def _named(form: CaptureForm, territory: Territory) -> list[Organisation] | None:
    """The firm that was typed, one's own where nothing was; None with the reason at the form."""
    typed = form.organisation.data or ""
    if not typed.strip():
        return _own_firms(territory)
    found = alike(db.session(), viewer(), typed, territory.id)
    if len(found) == 1:
        return [fetch(notable_organisations(viewer()), found[0].public_id)]
    names = ", ".join(one.name for one in found)
    form.organisation.errors = [
        _("Laquelle ? %(names)s.", names=names)
        if found
        else _("Aucune organisation de ce nom : choisissez-en une de la liste, ou laissez vide.")
    ]
    return None


def _own_firms(territory: Territory) -> list[Organisation]:
    """Who animates brings others' leads, everybody else their own organisation's."""
    if territory.id in viewer().animates or viewer().advises:
        return []
    own = own_organisations(db.session(), viewer(), territory.id)
    ids = [one[0] for one in own[:1]]
    return list(db.session.scalars(select(Organisation).where(Organisation.id.in_(ids))))


def _capture_form(territory: Territory) -> CaptureForm:
    form = CaptureForm()
    form.offer_zones(zones_of(db.session(), {territory.id}))
    return form


def _page(territory: Territory, form: CaptureForm, status: int) -> ResponseReturnValue:
    session, who = db.session(), viewer()
    captures = session.scalars(
        noting_territories(who).where(Territory.id == territory.id)
    ).one_or_none()
    page = render_template(
        "initiatives/leads/catalogue.html",
        form=form if captures else None,
        choices=proposed(session, who) if captures else [],
        counts=counts(session, territory.id) if reads_counts(who, territory.id) else [],
        pairs=side_by_side(session, who, territory.id),
        **_listed(territory),
    )
    return page, status


def _listed(territory: Territory) -> dict[str, Any]:
    asked = _asked()
    lines = catalogue(db.session(), viewer(), territory.id, asked)
    return {
        "territory": territory,
        "asked": asked,
        "lines": lines[:PAGE],
        "tabs": _tabs(territory, asked),
        "next_url": _next_url(territory, asked, lines),
        "first_url": _url(territory, asked) if asked.after else None,
        **WORDS,
    }


def _tabs(territory: Territory, asked: CatalogueFilter) -> list[dict[str, Any]]:
    return [
        {
            "label": _(word),
            "href": _url(territory, CatalogueFilter(tab, asked.text)),
            "current": tab is asked.tab,
        }
        for tab, word in TABS.items()
    ]


def _asked() -> CatalogueFilter:
    tab = request.args.get("voir", "")
    return CatalogueFilter(
        tab=Tab(tab) if tab in list(Tab) else Tab.LEADS,
        text=request.args.get("q", "").strip()[:100],
        after=_after(),
    )


def _after() -> tuple[datetime, int, int] | None:
    """The keyset of the last line: microseconds since 1970, is a project, id."""
    parts = request.args.get("apres", "").split(".")
    if parts == [""]:
        return None
    numbers = [int(one) for one in parts if one.isascii() and one.isdecimal() and len(one) <= 18]
    if len(numbers) != 3 or len(parts) != 3 or numbers[0] > LATEST:
        abort(404)
    seconds, rest = divmod(numbers[0], MICROSECONDS)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), numbers[1], numbers[2]


MICROSECONDS = 1_000_000
LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp()) * MICROSECONDS


def _next_url(
    territory: Territory, asked: CatalogueFilter, lines: list[CatalogueLine]
) -> str | None:
    if len(lines) <= PAGE:
        return None
    last = lines[PAGE - 1]
    at = int(last.at.replace(microsecond=0).timestamp()) * MICROSECONDS + last.at.microsecond
    return _url(territory, asked, apres=f"{at}.{int(last.is_project)}.{last.id}")


def _url(territory: Territory, asked: CatalogueFilter, **more: Any) -> str:
    kept: dict[str, Any] = {"voir": asked.tab.value} if asked.tab is not Tab.LEADS else {}
    if asked.text:
        kept["q"] = asked.text
    return url_for("initiatives.leads", public_id=territory.public_id, **kept, **more)
