"""Opening and closing a session in this browser, by way of the second factor where there is one."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import request, url_for
from flask import session as cookie
from flask_login import current_user, login_user, logout_user

from app.accounts import half_way
from app.accounts.half_way import Arrival
from app.accounts.queries.second_factor import second_factor_of
from app.accounts.routes.blueprint import browser
from app.accounts.services.identities import link
from app.accounts.sessions import close_session, load_viewer, open_session
from app.web.database import db
from app.web.gate import SignedIn
from app.web.settings import settings

HOME = "/"
HALF_WAY = "half_way"


def enter(arrival: Arrival, now: datetime, *, target: str = HOME) -> str:
    """Sign a person in, or ask for their second factor first. Answers where to go on to.

    What the cookie held before is gone. The caller commits.
    """
    leave(now)
    if second_factor_of(db.session(), arrival.person_id) is None:
        open_for(arrival, now)
        return target
    cookie[HALF_WAY] = half_way.pause(db.session(), arrival, now)
    return url_for("accounts.ask_code", next=None if target == HOME else target)


def open_for(arrival: Arrival, now: datetime) -> None:
    """Open the session of a person who has shown all that is asked. The caller commits."""
    session = db.session()
    if arrival.identity is not None:
        link(session, arrival.person_id, arrival.identity, now)
    key = open_session(
        session,
        person_id=arrival.person_id,
        browser=browser(),
        now=now,
        way=arrival.way,
        sealed_id_token=arrival.sealed_id_token,
    )
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
    own = {request.host, urlsplit(settings().base_url).netloc}
    return origin is not None and origin.partition("://")[2] not in own


def leave(now: datetime) -> None:
    """Close this browser's session, if there is one. The caller commits."""
    if current_user.is_authenticated:
        close_session(db.session(), current_user.id, now)
        logout_user()
    cookie.clear()
