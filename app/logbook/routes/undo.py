"""« Annuler »: one entry of the journal taken back."""

from __future__ import annotations

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import RefusedError
from app.logbook.routes.blueprint import logbook
from app.logbook.undoing.services import NotYoursError, undo_batch
from app.web.database import db
from app.web.gate import safe_next, viewer
from app.web.htmx import leave_to


@logbook.post("/journal/<batch>/annuler")
def undo(batch: str) -> ResponseReturnValue:
    session = db.session()
    try:
        found = undo_batch(session, viewer(), batch, now=clock.now())
    except NotYoursError:
        session.rollback()
        abort(403)
    except RefusedError as refusal:
        session.rollback()
        flash(_(str(refusal)), "warning")
    else:
        if not found:
            abort(404)
        session.commit()
        flash(_("C’est annulé. Le journal garde les deux."), "success")
    return leave_to(safe_next(request.values.get("suite"), "/compte/journal"))
