"""Opening and closing a session in this browser."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, request
from flask import session as cookie
from flask_login import current_user, login_user, logout_user

from app.accounts.routes.blueprint import browser
from app.accounts.sessions import close_session, load_viewer, open_session
from app.web.database import db
from app.web.gate import SignedIn

HOME = "/"


def enter(person_id: int, now: datetime, *, by_link: bool = False) -> None:
    """Sign a person in; what the cookie held before is gone. The caller commits."""
    session = db.session()
    leave(now)
    key = open_session(session, person_id=person_id, browser=browser(), now=now, by_link=by_link)
    viewer = load_viewer(session, key, now)
    if viewer is not None:
        login_user(SignedIn(key, viewer))
        cookie.permanent = True


def came_from_elsewhere() -> bool:
    """Whether another site sends this form, to sign the visitor in as somebody of its choice.

    A mailed link works without a cookie, so there is no token to ask for; browsers say where a
    form stands, and programs that say nothing carry nobody's session.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("cross-site", "same-site")
    origin = request.headers.get("Origin")
    if origin == "null":
        # an old browser on our own page, which lets no address learn its own
        return False
    # behind a proxy the site may know itself by its own name only
    own = {request.host, urlsplit(current_app.extensions["maillage_settings"].base_url).netloc}
    return origin is not None and origin.partition("://")[2] not in own


def leave(now: datetime) -> None:
    """Close this browser's session, if there is one. The caller commits."""
    if current_user.is_authenticated:
        close_session(db.session(), current_user.id, now)
        logout_user()
    cookie.clear()
