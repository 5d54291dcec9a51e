"""Confirming a new address behind its mailed link: a GET shows it, the button confirms."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.grants import live_grant
from app.accounts.kinds import AskState, GrantPurpose
from app.accounts.models import Ask
from app.accounts.routes.blueprint import accounts, links
from app.accounts.routes.mailed_link import dead_link
from app.accounts.services import asks
from app.core import clock
from app.web.database import db
from app.web.gate import act_as, public


@accounts.route("/adresse/<token>", methods=["GET", "POST"])
@public
def confirm_address(token: str) -> ResponseReturnValue:
    now, session = clock.now(), db.session()
    grant = live_grant(session, links(), token, GrantPurpose.ADDRESS, now)
    if grant is None:
        return dead_link()
    posted = request.method == "POST"
    if posted:
        act_as(grant.person_id, by_link=True)
    ask = (
        asks.locked(session, grant.subject_id) if posted else session.get_one(Ask, grant.subject_id)
    )
    done = ask.state is AskState.ACCEPTED
    if not done and not asks.stands(session, ask, now):
        return dead_link()
    email = str(ask.payload["email"])
    if posted and asks.accept(session, ask, person_id=grant.person_id, now=now):
        session.commit()
        done = True
    return render_template("accounts/address.html", email=email, done=done)
