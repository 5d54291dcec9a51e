"""The documents of one thing: listed, and given. The rooms that keep documents route to these."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.core import clock
from app.core.refusals import RefusedError
from app.files.forms import DocumentForm, OpeningForm
from app.files.labels import weight
from app.files.queries import documents_on
from app.files.recognition import BY_ENDING, IMAGES
from app.files.routes.blueprint import store
from app.files.rules import Shelf
from app.files.services import Upload, give_document
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.limits import largest_file
from app.web.navigation import show_territory

ACCEPTED = ",".join(f".{ending}" for ending in BY_ENDING)


def shown(shelf: Shelf, form: DocumentForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The documents that this viewer reads, as a panel or as a page."""
    show_territory(shelf.place)
    context: dict[str, Any] = {
        "shelf": shelf,
        "documents": documents_on(db.session(), shelf, clock.now()),
        "form": form or _form(shelf),
        "opening": OpeningForm(formdata=None),
        "images": IMAGES,
        "accepted": ACCEPTED,
        "largest": weight(largest_file()),
    }
    if wants_fragment():
        return fragment("files/_documents.html", status, **context)
    return render_template("files/documents.html", **context), status


def give(shelf: Shelf) -> ResponseReturnValue:
    """Take a file and its form, and lead back to the thing's page."""
    if not shelf.may_give:
        abort(403)
    form = _form(shelf)
    if not form.validate_on_submit() or not _is_kept(shelf, form):
        return shown(shelf, form, 422)
    db.session.commit()
    flash(_("Le document est ajouté."), "success")
    return leave_to(f"{shelf.page}#documents")


def _form(shelf: Shelf) -> DocumentForm:
    form = DocumentForm()
    form.offer(shelf.givers)
    return form


def _is_kept(shelf: Shelf, form: DocumentForm) -> bool:
    """Whether the file was taken; if not, the form says why."""
    try:
        give_document(
            db.session(),
            store(),
            shelf,
            upload=uploaded(form.file.data),
            title=form.title.data or "",
            organisation_id=_giver(shelf, form),
            person_id=viewer().person_id,
            now=clock.now(),
        )
    except RefusedError as refusal:
        form.file.errors = [_(str(refusal))]
        g.refused = True
        return False
    return True


def uploaded(given: FileStorage) -> Upload:
    """What came, within the size that this installation takes; RefusedError beyond it."""
    data = given.stream.read(largest_file() + 1)
    if len(data) > largest_file():
        raise RefusedError(f"Ce fichier est trop lourd : au plus {weight(largest_file())}.")
    return Upload(given.filename or "", data)


def _giver(shelf: Shelf, form: DocumentForm) -> int | None:
    if form.organisation_id:
        chosen: int = form.organisation_id.data
        return chosen
    return shelf.givers[0][0] if shelf.givers else None
