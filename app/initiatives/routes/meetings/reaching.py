"""What the pages of meetings share: reaching a meeting, and going back to it."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.links import Links
from app.accounts.models import Territory
from app.accounts.rules import animated_territories, visible_territories
from app.core.viewer import Viewer
from app.initiatives.models import Meeting
from app.initiatives.queries.meetings import whole_meetings
from app.web.gate import fetch, viewer
from app.web.navigation import show_territory


def links() -> Links:
    """The maker and reader of mailed addresses of this installation."""
    found: Links = current_app.extensions["maillage_links"]
    return found


def meeting_here(public_id: str, may: Callable[[Viewer, Meeting], bool] | None = None) -> Meeting:
    """A meeting that the viewer sees, with all that its pages look at; 403 where `may` says no."""
    found = fetch(whole_meetings(viewer()), public_id, may)
    show_territory(found.territory)
    return found


def territory_here(public_id: str, *, animated: bool = False) -> Territory:
    query = animated_territories(viewer()) if animated else visible_territories(viewer())
    found = fetch(query, public_id)
    show_territory(found)
    return found


def back_to(public_id: str, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("initiatives.meeting", public_id=public_id, _anchor=anchor), code=303)
