"""An invitation that waits is mailed again or taken back, whatever it invites to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flask import abort, flash
from flask_babel import gettext as _

from app.accounts.models import Ask
from app.accounts.queries.invitations import Invitation
from app.accounts.services import asks, inviting
from app.core import clock
from app.core.refusals import RefusedError
from app.web.database import db


def waiting(among: Iterable[Invitation], ask_id: str) -> Ask:
    """The one of this id, held so that nobody else answers it meanwhile; or 404."""
    listed = next((one.ask for one in among if one.ask.public_id == ask_id), None) or abort(404)
    return asks.locked(db.session(), listed.id)


def mail_again(ask: Ask) -> None:
    try:
        inviting.renew(db.session(), ask, now=clock.now())
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return
    db.session.commit()
    flash(_("L’invitation repart, pour quatorze jours."), "success")


def take_back(ask: Ask) -> None:
    inviting.revoke(db.session(), ask, now=clock.now())
    db.session.commit()
    flash(_("L’invitation est retirée : son lien n’ouvre plus rien."), "success")


# by the last word of an address
VERBS: Mapping[str, Callable[[Ask], None]] = {"renouveler": mail_again, "retirer": take_back}
