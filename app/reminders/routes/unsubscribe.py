"""Leaving, and coming back: RFC 8058 one-click, only by POST, without a cookie."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.grants import live_grant
from app.accounts.kinds import GrantPurpose, MailRhythm
from app.accounts.models import MailPreference
from app.accounts.routes.blueprint import links
from app.core import clock
from app.reminders.routes.answer import dead_link
from app.reminders.routes.blueprint import reminders
from app.reminders.services import set_rhythm
from app.web.database import db
from app.web.gate import act_as, public


@reminders.route("/desabonnement/<token>", methods=["GET", "POST"])
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """A mail client posts `List-Unsubscribe=One-Click`; the page's buttons post `retour` or not."""
    now = clock.now()
    session = db.session()
    grant = live_grant(session, links(), token, GrantPurpose.UNSUBSCRIBE, now)
    if grant is None:
        return dead_link()
    if request.method == "POST":
        act_as(grant.person_id, by_link=True)
        back = request.form.get("retour") == "1"
        rhythm = MailRhythm.AT_ONCE if back else MailRhythm.OFF
        set_rhythm(session, grant.person_id, rhythm, now)
        session.commit()
    known = session.get(MailPreference, grant.person_id, populate_existing=True)
    return render_template(
        "reminders/unsubscribe.html",
        person=grant.person,
        is_off=known is not None and known.rhythm is MailRhythm.OFF,
        is_answered=request.method == "POST",
    )
