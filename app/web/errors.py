"""Error pages in plain French; a stranger learns nothing from them."""

from __future__ import annotations

import logging
from contextlib import suppress
from urllib.parse import urlsplit

from flask import Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.web.database import db
from app.web.gate import SIGN_IN_PAGE, safe_next, viewer_or_none
from app.web.htmx import leave_to, wants_fragment
from app.web.limits import MEGABYTE, largest_file
from app.web.logs import address

log = logging.getLogger(__name__)

# of what is too large anyway, so much is read to be able to say so
LARGEST_READ_ON = 100 * MEGABYTE
PIECE = 64 * 1024


def install(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _stale)
    app.register_error_handler(500, _crash)


def _answer(status: int, title: str, what: str) -> ResponseReturnValue:
    if wants_fragment():
        return render_template("_messages.html", oob=True, extra=[("error", what)]), status
    return render_template("error.html", heading=title, what=what, status=status), status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    if status == 403:
        return _answer(
            403,
            _("Cette action ne vous est pas ouverte"),
            _("Vous pouvez lire cette page, mais pas y faire ce changement."),
        )
    if status == 404:
        return _answer(
            404,
            _("Page introuvable"),
            _("Cette page n’existe pas, ou vous n’y avez pas accès."),
        )
    if status == 413:
        return _too_large()
    if status >= 500:
        return _crash(error)
    return _answer(
        status, _("Demande non comprise"), _("La demande n’a pas pu être lue. Rien n’a été changé.")
    )


def _too_large() -> ResponseReturnValue:
    _read_on()
    size = largest_file() // MEGABYTE
    return _answer(
        413,
        _("Trop lourd"),
        _("Un fichier peut peser au plus %(size)s Mo. Rien n’a été enregistré.", size=size),
    )


def _read_on() -> None:
    """Take what is still being sent: a browser shows the answer once it has sent everything."""
    length = request.content_length or 0
    if not (request.max_content_length or 0) < length <= LARGEST_READ_ON:
        return
    stream = request.environ["wsgi.input"]
    while length > 0 and (read := stream.read(min(length, PIECE))):
        length -= len(read)


def _csrf_error(_error: CSRFError) -> ResponseReturnValue:
    if viewer_or_none() is None and wants_fragment():
        # the session ended while the page stood open
        return leave_to(url_for(SIGN_IN_PAGE, next=safe_next(_page_that_stood_open(), "/")))
    return _answer(
        400,
        _("Page ouverte depuis trop longtemps"),
        _("Par sécurité, rechargez la page puis recommencez. Rien n’a été changé."),
    )


def _page_that_stood_open() -> str | None:
    """The path of the page from which htmx asked; whatever the browser says of it."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", "")).path
    except ValueError:
        return None


def _stale(error: StaleDataError | IntegrityError) -> ResponseReturnValue:
    # two people, or two taps, at the same moment: the database let one of them through
    db.session.rollback()
    log.warning("%s %s lost a race: %s", request.method, address(), _said(error))
    return _answer(
        409,
        _("Modifié entre-temps"),
        _("Quelqu’un d’autre vient de modifier ceci. Rechargez la page pour voir sa version."),
    )


def _said(error: StaleDataError | IntegrityError) -> str:
    """The fault without the values: PostgreSQL tells them in its second line."""
    return (str(error).splitlines() or [""])[0]


def _crash(_error: Exception) -> ResponseReturnValue:
    # Flask has already logged the traceback of an exception that was not handled
    with suppress(SQLAlchemyError):
        db.session.rollback()
    # the page of a fault asks the database nothing: it may be what is broken
    g.bare = True
    return _answer(
        500,
        _("Quelque chose n’a pas marché"),
        _("L’erreur est notée. Rien n’a été changé ; réessayez dans un instant."),
    )
