"""Signing in by a mailed link: asked for on the sign-in page, used once.

Scanners open the links of mails: a GET changes nothing, the button acts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.forms.sign_in import SignInForm
from app.accounts.grants import live_grant
from app.accounts.half_way import Arrival
from app.accounts.kinds import GrantPurpose, SignInWay
from app.accounts.routes.blueprint import accounts, links
from app.accounts.routes.entering import HOME, came_from_elsewhere, enter
from app.accounts.services import throttle
from app.accounts.services.mailed_links import send_sign_in_link, use_up
from app.core import clock
from app.web.database import db
from app.web.gate import act_as, public
from app.web.htmx import leave_to


class Send(Protocol):
    def __call__(self, session: Session, *, email: str, now: datetime) -> None: ...


# where a forgotten password is replaced: the link that was just used stands for it
NEW_PASSWORD = "/compte#mot-de-passe"


@accounts.post("/connexion/lien")
@public
def ask_link() -> ResponseReturnValue:
    """The same page whether or not the account exists, and when too many were asked for."""
    now = clock.now()
    form = SignInForm()
    if not form.email.validate(form):
        return render_template("accounts/sign_in.html", form=form), 422
    email = str(form.email.data)
    within_limits(email, send_sign_in_link, now)
    return render_template("accounts/link_sent.html", email=email)


def within_limits(email: str, send: Send, now: datetime) -> None:
    """Send a link to this address unless too many were asked for; commits, and tells nothing."""
    session = db.session()
    attempt = throttle.note_attempt(session, throttle.by_link(email, request.remote_addr), now)
    session.commit()
    if throttle.is_over(session, attempt, now):
        throttle.withdraw(session, attempt)
    else:
        send(session, email=email, now=now)
    session.commit()


@accounts.route("/lien/<token>", methods=["GET", "POST"])
@public
def enter_by_link(token: str) -> ResponseReturnValue:
    now = clock.now()
    grant = live_grant(db.session(), links(), token, GrantPurpose.SIGN_IN, now)
    if grant is None:
        return dead_link()
    if request.method != "POST" or came_from_elsewhere():
        return render_template("accounts/enter_by_link.html", person=grant.person)
    act_as(grant.person_id, by_link=True)
    if not use_up(db.session(), grant, now):
        return dead_link()
    target = NEW_PASSWORD if request.form.get("then") == "password" else HOME
    way_on = enter(Arrival(grant.person_id, SignInWay.LINK), now, target=target)
    db.session.commit()
    if way_on == HOME:
        flash(_("Vous êtes dans Maillage."), "success")
    return leave_to(way_on)


def dead_link() -> ResponseReturnValue:
    """The same for a link that is used, over, revoked, or was never ours."""
    return render_template("accounts/dead_link.html"), 410
