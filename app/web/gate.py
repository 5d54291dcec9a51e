"""The gate: sign-in is demanded by default; the SELECT decides 404, the predicate 403."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.core.viewer import Viewer
from app.web.database import SAFE_METHODS, db
from app.web.htmx import leave_to

Row = TypeVar("Row")
View = TypeVar("View", bound=Callable[..., Any])
SIGN_IN_PAGE = "accounts.sign_in"
SECOND_FACTOR_PAGE = "accounts.own_second_factor"
Record = Callable[[Session, int | None, bool], None]


class SignedIn(UserMixin):
    """What Flask-Login keeps: the session's key, and the viewer it stands for."""

    def __init__(self, key: str, viewer: Viewer) -> None:
        self.id = key
        self.viewer = viewer


def public(view: View) -> View:
    """Mark a route that people may open without signing in."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def before_second_factor(view: View) -> View:
    """Mark a route that is open to who still owes a second factor: where it is set up."""
    view.is_before_second_factor = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def viewer() -> Viewer:
    """Who is looking. Only for routes behind the gate."""
    return current_user.viewer  # type: ignore[no-any-return]  # a SignedIn


def viewer_or_none() -> Viewer | None:
    return current_user.viewer if current_user.is_authenticated else None


def fetch(
    visible: Select[Row],
    public_id: str,
    may: Callable[[Viewer, Row], bool] | None = None,
) -> Row:
    """The row of this public id among those the viewer sees, else 404; 403 when `may` says no."""
    entity = visible.column_descriptions[0]["entity"]
    row = db.session.scalars(visible.where(entity.public_id == public_id)).unique().one_or_none()
    return admit(row, may)


def admit(row: Row | None, may: Callable[[Viewer, Row], bool] | None = None) -> Row:
    """The row that was found among those the viewer sees, else 404; 403 when `may` says no."""
    if row is None:
        abort(404)
    if may is not None and not may(viewer(), row):
        abort(403)
    return row


def act_as(person_id: int | None, *, by_link: bool = False) -> None:
    """Say on whose behalf this request writes from here on: for pages behind a mailed link."""
    current_app.extensions["maillage_record"](db.session(), person_id, by_link)


def install(
    app: Flask, load_viewer: Callable[[Session, str], Viewer | None], record: Record
) -> None:
    """Close every route that is not marked `@public`.

    `load_viewer` reads a session's key; `record(session, person_id, by_link)` tells the journal
    who acts. Both are rooms above this one, handed in by the factory.
    """
    app.extensions["maillage_record"] = record
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)

    @manager.user_loader
    def _load(key: str) -> SignedIn | None:
        found = load_viewer(db.session(), key)
        return SignedIn(key, found) if found else None

    app.before_request(_refuse_nul)
    app.before_request(_demand_sign_in)
    app.before_request(_say_who_acts)


def _demand_sign_in() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    if getattr(current_app.view_functions[request.endpoint], "is_public", False):
        return None
    if not current_user.is_authenticated:
        return leave_to(url_for(SIGN_IN_PAGE, next=_way_back()))
    return _demand_second_factor()


def _demand_second_factor() -> ResponseReturnValue | None:
    """A territory may demand one: before it is set up, nothing else is open."""
    view = current_app.view_functions[request.endpoint or ""]
    if not viewer().owes_second_factor or getattr(view, "is_before_second_factor", False):
        return None
    return leave_to(url_for(SECOND_FACTOR_PAGE, next=_way_back()))


def _refuse_nul() -> None:
    """No text holds a NUL, and PostgreSQL takes none; a public page's token is judged by itself."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "is_public", False) or view is None:
        return
    if "\x00" in request.path or b"%00" in request.query_string:
        abort(404)
    if request.method not in SAFE_METHODS and any("\x00" in text for text in request.form.values()):
        abort(400)


def _say_who_acts() -> None:
    if request.method not in SAFE_METHODS and request.endpoint is not None:
        found = viewer_or_none()
        act_as(found.person_id if found else None)


def _way_back() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def safe_next(target: str | None, otherwise: str) -> str:
    """A path of this site to go on to, never another host."""
    if not target:
        return otherwise
    # browsers drop tabs and take a backslash for a slash: « /<tab>\\host » would lead away
    plain = target.isprintable() and "\\" not in target
    return target if plain and target.startswith("/") and target[1:2] != "/" else otherwise
