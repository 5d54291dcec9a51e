"""« Retirer le lien »: what a mail opens to whoever holds it is closed, at once."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.grants import revoke_grants
from app.accounts.kinds import GrantPurpose
from app.accounts.routes.blueprint import open_animated_territory
from app.core import clock
from app.reminders.queries.pilot import mail_of
from app.reminders.routes.blueprint import reminders
from app.reminders.services.writing import MAIL
from app.web.database import db
from app.web.htmx import leave_to


@reminders.post("/territoires/<public_id>/relances/messages/<mail_id>/retirer")
def withdraw_link(public_id: str, mail_id: str) -> ResponseReturnValue:
    """Said twice it stays withdrawn; the link that asks for fewer mails stays."""
    found, session = open_animated_territory(public_id), db.session()
    mail = mail_of(session, found.id, mail_id)
    if mail is None:
        abort(404)
    revoke_grants(session, GrantPurpose.RELANCE, MAIL, mail.id, clock.now())
    session.commit()
    flash(
        _("Ce lien n’ouvre plus rien. Le prochain message à cette personne en aura un nouveau."),
        "success",
    )
    return leave_to(url_for("reminders.territory", public_id=public_id))
