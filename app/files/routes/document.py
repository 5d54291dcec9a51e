"""One document: fetched, removed, brought back, opened to others."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import abort, flash, redirect, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import RefusedError
from app.files.forms import OpeningForm
from app.files.kinds import Audience
from app.files.models import Document
from app.files.recognition import FORMATS, IMAGES
from app.files.routes.blueprint import document_on_its_shelf, files, store
from app.files.routes.shelf import shown
from app.files.rules import Shelf
from app.files.services import bring_back, open_document, remove_document
from app.web.database import db
from app.web.htmx import wants_fragment

log = logging.getLogger(__name__)

# whatever a file holds, nothing of it runs in our name
SEALED = "default-src 'none'; sandbox"


@files.get("/documents/<public_id>")
def fetch_document(public_id: str) -> ResponseReturnValue:
    """The file itself, for its reader to keep; pages show pictures all the same."""
    document = _readable(public_id)[0]
    try:
        path = store().path(str(document.stored_as))
    except FileNotFoundError:
        log.error("the bytes of document %s are missing", public_id)
        abort(404)
    answer = send_file(
        path,
        mimetype=FORMATS[document.kind].media_type,
        as_attachment=True,
        download_name=document.file_name,
        etag=document.sha256,
        last_modified=document.given_at,
        max_age=0,
    )
    # rights may change: browsers ask each time, and need not fetch again what is the same
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = SEALED
    return answer


@files.get("/documents/<public_id>/voir")
def show_picture(public_id: str) -> ResponseReturnValue:
    """A picture on a page of ours, with the way back."""
    document, shelf = _readable(public_id)
    if document.kind not in IMAGES:
        abort(404)
    return render_template("files/picture.html", document=document, shelf=shelf)


def _readable(public_id: str) -> tuple[Document, Shelf]:
    """A document that is there, 404 also for one that was removed."""
    document, shelf = document_on_its_shelf(public_id)
    if document.removed_at is not None:
        abort(404)
    return document, shelf


@files.post("/documents/<public_id>/retirer")
def remove(public_id: str) -> ResponseReturnValue:
    document, shelf = _for_change(public_id, lambda shelf: shelf.may_remove)
    remove_document(db.session(), document, now=clock.now())
    db.session.commit()
    flash(_("Le document est retiré. Vous pouvez le remettre pendant un jour."), "success")
    return _listed(shelf)


@files.post("/documents/<public_id>/remettre")
def put_back(public_id: str) -> ResponseReturnValue:
    document, shelf = _for_change(public_id, lambda shelf: shelf.may_remove)
    try:
        bring_back(db.session(), shelf, document, now=clock.now())
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
    else:
        db.session.commit()
        flash(_("Le document est remis."), "success")
    return _listed(shelf)


@files.post("/documents/<public_id>/ouvrir")
def open_to(public_id: str) -> ResponseReturnValue:
    document, shelf = _for_change(public_id, lambda shelf: shelf.may_open)
    form = OpeningForm()
    if not form.validate_on_submit():
        abort(400)
    audience = Audience(form.audience.data)
    open_document(db.session(), document, audience=audience, now=clock.now())
    db.session.commit()
    flash(_("C’est noté : voici qui lit désormais ce document."), "success")
    return _listed(shelf)


def _for_change(
    public_id: str, may: Callable[[Shelf], Callable[[Document], bool]]
) -> tuple[Document, Shelf]:
    """404 where the document is not read, 403 where this may not be done to it."""
    document, shelf = document_on_its_shelf(public_id)
    if not may(shelf)(document):
        abort(403)
    return document, shelf


def _listed(shelf: Shelf) -> ResponseReturnValue:
    if wants_fragment():
        return shown(shelf)
    return redirect(shelf.address, code=303)
