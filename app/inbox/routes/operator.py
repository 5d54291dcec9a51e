"""What came in and belongs to no territory, or could not be read: the operator's to look into."""

from __future__ import annotations

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.core import clock
from app.inbox.kinds import Fate
from app.inbox.labels import MAILS, TROUBLES
from app.inbox.models import Incoming
from app.inbox.queries import waiting
from app.inbox.routes.blueprint import inbox
from app.inbox.services.settling import set_aside, take_up_again
from app.outbox.labels import why_undelivered
from app.outbox.queries import given_up
from app.outbox.services import retry
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.settings import settings
from app.web.undo import flash_with_undo

HERE = "/exploitation/courrier"


@inbox.get(HERE)
def unplaced() -> ResponseReturnValue:
    _operators_only()
    return render_template(
        "inbox/operator.html",
        waiting=waiting(db.session(), None),
        has_inbox=settings().inbox_address is not None,
        troubles=TROUBLES,
        given_up=given_up(db.session()),
        mail_kinds=MAILS,
        why_undelivered=why_undelivered,
    )


@inbox.post(f"{HERE}/reessayer")
def try_again() -> ResponseReturnValue:
    """As `outbox retry` does: the mail that is named, or every one that was given up."""
    _operators_only()
    named = request.form.get("courriel")
    tried = retry(db.session(), None if named is None else [named])
    db.session.commit()
    if not tried:
        flash(_("Ce courriel n’est plus en échec : rien n’a été changé."), "warning")
    elif len(tried) == 1:
        flash(_("Le courriel repart, s’il est encore vrai."), "success")
    else:
        flash(_("%(count)s courriels repartent, s’ils sont encore vrais.", count=len(tried)))
    return leave_to(HERE)


@inbox.post(f"{HERE}/<message_id>/classer")
def put_unplaced_aside(message_id: str) -> ResponseReturnValue:
    message = _message(message_id)
    set_aside(db.session(), message, person_id=viewer().person_id, now=clock.now())
    db.session.commit()
    flash_with_undo(_("Le message est classé."), f"{HERE}/{message_id}/reprendre")
    return leave_to(HERE)


@inbox.post(f"{HERE}/<message_id>/reprendre")
def take_unplaced_up(message_id: str) -> ResponseReturnValue:
    take_up_again(db.session(), _message(message_id))
    db.session.commit()
    return leave_to(HERE)


def _message(message_id: str) -> Incoming:
    _operators_only()
    ours = or_(Incoming.territory_id.is_(None), Incoming.fate == Fate.UNREADABLE)
    open_ones = Incoming.fate.in_((Fate.WAITING, Fate.UNREADABLE))
    return fetch(select(Incoming).where(ours, open_ones), message_id)


def _operators_only() -> None:
    """For everybody else this page does not exist."""
    if not viewer().is_operator:
        abort(404)
