"""A note whose day has come: done, or put off a month; each is taken back by a tap."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.french import plain_date
from app.initiatives.forms.notes import ONE_MONTH
from app.initiatives.models import ContactNote
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.rules.notes import may_follow_up, visible_notes
from app.initiatives.services.notes import follow_up, wait_again
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.undo import came_from, flash_with_undo


@initiatives.post("/notes/<public_id>/suivie")
def followed_up(public_id: str) -> ResponseReturnValue:
    note = _waiting(public_id)
    today = clock.local_day(clock.now(), note.territory.time_zone)
    follow_up(db.session(), note, today=today)
    return _saved(note, _("C’est fait, cette note n’attend plus."))


@initiatives.post("/notes/<public_id>/reposer")
def put_off(public_id: str) -> ResponseReturnValue:
    note = _waiting(public_id)
    until = clock.local_day(clock.now(), note.territory.time_zone) + ONE_MONTH
    wait_again(db.session(), note, until=until)
    return _saved(note, _("Reposée jusqu’au %(day)s.", day=plain_date(until)))


@initiatives.post("/notes/<public_id>/rappeler")
def wait_today(public_id: str) -> ResponseReturnValue:
    """Undo of both: it waits today."""
    note = _waiting(public_id)
    today = clock.local_day(clock.now(), note.territory.time_zone)
    wait_again(db.session(), note, until=today)
    db.session.commit()
    return leave_to(came_from("/aujourdhui"))


def _waiting(public_id: str) -> ContactNote:
    return fetch(visible_notes(viewer()), public_id, may_follow_up)


def _saved(note: ContactNote, said: str) -> ResponseReturnValue:
    db.session.commit()
    flash_with_undo(said, url_for("initiatives.wait_today", public_id=note.public_id))
    return leave_to(came_from("/aujourdhui"))
