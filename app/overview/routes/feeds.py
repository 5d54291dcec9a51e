"""Calendar addresses: read by programs behind a token, opened and closed by their owners.

Reading changes nothing, and asks for the rights of the person as they are at that moment.
"""

from __future__ import annotations

import hashlib

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.routes.blueprint import links
from app.accounts.sessions import viewer_of
from app.core import clock
from app.core.refusals import RefusedError
from app.overview.models import CalendarFeed
from app.overview.queries.entries import Reading, own_calendar, project_calendar
from app.overview.queries.feed import project_of
from app.overview.queries.feeds import feed_of, live_feed, project_feeds
from app.overview.routes.blueprint import overview
from app.overview.services.feeds import close_feed, open_feed
from app.plans.models import Project
from app.plans.queries.project import PROJECT_TO_CHANGE
from app.web.database import db
from app.web.gate import admit, public, viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import show_territory


@overview.get("/agenda/<token>/maillage.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    text = _text(token)
    if text is None:
        gone = _(
            "Cette adresse de calendrier est fermée. Son propriétaire peut en créer une autre."
        )
        return Response(f"{gone}\n", 410, mimetype="text/plain")
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    return answer.make_conditional(request)


def _text(token: str) -> str | None:
    """The calendar, None where the address opens nothing: closed, or its person is not let in."""
    session, public_id = db.session(), links().read(token)
    found = live_feed(session, public_id) if public_id else None
    who = viewer_of(session, found.person_id) if found else None
    if found is None or who is None or who.owes_second_factor:
        return None
    reading = Reading(session, who, clock.now(), links().base_url)
    if found.project_id is None:
        return own_calendar(reading)
    project = project_of(session, who, found.project_id)
    return project_calendar(reading, project) if project else None


@overview.get("/compte/calendrier")
def own_feed() -> ResponseReturnValue:
    return _page(None)


@overview.post("/compte/calendrier")
def open_own_feed() -> ResponseReturnValue:
    return _open(None)


@overview.post("/compte/calendrier/fermer")
def close_own_feed() -> ResponseReturnValue:
    return _close(None)


@overview.get("/projets/<public_id>/calendrier")
def project_feed(public_id: str) -> ResponseReturnValue:
    return _page(_project(public_id))


@overview.post("/projets/<public_id>/calendrier")
def open_project_feed(public_id: str) -> ResponseReturnValue:
    return _open(_project(public_id))


@overview.post("/projets/<public_id>/calendrier/fermer")
def close_project_feed(public_id: str) -> ResponseReturnValue:
    return _close(_project(public_id))


def _project(public_id: str) -> Project:
    found = admit(PROJECT_TO_CHANGE.find(db.session(), viewer(), public_id))
    show_territory(found.territory)
    return found


def _open(project: Project | None) -> ResponseReturnValue:
    session, back = db.session(), _way(project)
    try:
        open_feed(
            session,
            person_id=viewer().person_id,
            project_id=project.id if project else None,
            now=clock.now(),
        )
    except RefusedError as refusal:
        session.rollback()
        flash(_(str(refusal)), "info")
    else:
        session.commit()
        flash(_("L’adresse est prête. Celle d’avant, s’il y en avait une, est fermée."), "success")
    return leave_to(back)


def _close(project: Project | None) -> ResponseReturnValue:
    back = _way(project)
    close_feed(
        db.session(),
        person_id=viewer().person_id,
        project_id=project.id if project else None,
        now=clock.now(),
    )
    db.session.commit()
    flash(_("L’adresse est fermée : elle ne montre plus rien."), "success")
    return leave_to(back)


def _way(project: Project | None) -> str:
    if project is None:
        return url_for("overview.own_feed")
    return url_for("overview.project_feed", public_id=project.public_id)


def _page(project: Project | None) -> ResponseReturnValue:
    session, who = db.session(), viewer()
    known = feed_of(session, who.person_id, project.id if project else None)
    if wants_fragment():
        return fragment("overview/_feed_panel.html", project=project, is_open=known is not None)
    return render_template(
        "overview/feed.html",
        project=project,
        here=_way(project),
        address=_address(known) if known else None,
        others=project_feeds(session, who) if project is None else [],
        follows=bool(who.follows),
    )


def _address(known: CalendarFeed) -> str:
    return f"{links().url('/agenda', known.public_id)}/maillage.ics"
