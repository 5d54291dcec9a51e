"""« Courrier reçu »: what waits to be placed, which addresses fail, what was taken by itself."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Territory
from app.accounts.routes.blueprint import open_animated_territory
from app.core import clock
from app.core.refusals import RefusedError
from app.inbox.kinds import Fate
from app.inbox.labels import FATES, OF_THE_TERRITORY, TROUBLES
from app.inbox.models import Incoming
from app.inbox.queries import failing, projects_to_choose, taken, undelivered, waiting
from app.inbox.routes.blueprint import inbox
from app.inbox.services.settling import place, set_aside, take_up_again, trust_again
from app.outbox.labels import why_returned, why_undelivered
from app.outbox.models import Bounce
from app.plans.models import Project
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.settings import settings
from app.web.undo import flash_with_undo


@inbox.get("/territoires/<public_id>/courrier")
def territory(public_id: str) -> ResponseReturnValue:
    found = open_animated_territory(public_id)
    return render_template(
        "inbox/territory.html",
        place=found,
        waiting=waiting(db.session(), found.id),
        failing=failing(db.session(), found.id),
        undelivered=undelivered(db.session(), found.id, clock.now()),
        taken=taken(db.session(), found.id),
        projects=projects_to_choose(db.session(), found.id),
        has_inbox=settings().inbox_address is not None,
        fates=FATES,
        troubles=TROUBLES,
        mail_kinds=OF_THE_TERRITORY,
        why_returned=why_returned,
        why_undelivered=why_undelivered,
    )


@inbox.post("/territoires/<public_id>/courrier/<message_id>/placer")
def place_message(public_id: str, message_id: str) -> ResponseReturnValue:
    found = open_animated_territory(public_id)
    message = _message(found, message_id)
    chosen = select(Project).where(Project.territory_id == found.id)
    project = db.session.scalar(chosen.where(Project.public_id == request.form.get("projet", "")))
    try:
        if project is None:
            raise RefusedError("Choisissez d’abord le projet.")
        place(
            db.session(),
            message,
            project,
            person_id=viewer().person_id,
            now=clock.now(),
        )
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return _back(public_id)
    db.session.commit()
    flash(_("Le message est dans les échanges de « %(title)s ».", title=project.title), "success")
    return _back(public_id)


@inbox.post("/territoires/<public_id>/courrier/<message_id>/classer")
def put_aside(public_id: str, message_id: str) -> ResponseReturnValue:
    message = _message(open_animated_territory(public_id), message_id)
    set_aside(db.session(), message, person_id=viewer().person_id, now=clock.now())
    db.session.commit()
    undo = f"/territoires/{public_id}/courrier/{message_id}/reprendre"
    flash_with_undo(_("Le message est classé."), undo)
    return _back(public_id)


@inbox.post("/territoires/<public_id>/courrier/<message_id>/reprendre")
def take_up(public_id: str, message_id: str) -> ResponseReturnValue:
    message = _message(open_animated_territory(public_id), message_id)
    try:
        take_up_again(db.session(), message)
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return _back(public_id)
    db.session.commit()
    flash(_("Le message attend de nouveau."), "success")
    return _back(public_id)


@inbox.post("/territoires/<public_id>/courrier/adresses/<bounce_id>")
def trust(public_id: str, bounce_id: str) -> ResponseReturnValue:
    found = open_animated_territory(public_id)
    theirs = {one.bounce.id for one in failing(db.session(), found.id)}
    bounce = fetch(select(Bounce).where(Bounce.id.in_(theirs)), bounce_id)
    trust_again(db.session(), bounce, now=clock.now())
    db.session.commit()
    flash(_("Les messages repartent vers %(address)s.", address=bounce.address), "success")
    return _back(public_id)


def _message(found: Territory, message_id: str) -> Incoming:
    mine = select(Incoming).where(
        Incoming.territory_id == found.id, Incoming.fate.in_((Fate.WAITING, Fate.COMMENT))
    )
    return fetch(mine, message_id)


def _back(public_id: str) -> ResponseReturnValue:
    return leave_to(f"/territoires/{public_id}/courrier")
