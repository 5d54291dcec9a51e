"""Answering an invitation behind its mailed link: a GET shows it, the buttons answer."""

from __future__ import annotations

from datetime import datetime

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms.invitation import AcceptForm
from app.accounts.grants import live_grant
from app.accounts.half_way import Arrival
from app.accounts.kinds import AskState, GrantPurpose, SignInWay
from app.accounts.labels import PASSWORD_RULE
from app.accounts.models import Ask, Grant, Person
from app.accounts.queries.invitations import occasion
from app.accounts.routes.blueprint import accounts, links
from app.accounts.routes.entering import HOME, came_from_elsewhere, enter
from app.accounts.routes.mailed_link import dead_link
from app.accounts.services import asks, inviting
from app.core import clock
from app.web.database import db
from app.web.gate import act_as, public
from app.web.htmx import leave_to

ANSWERED = frozenset({AskState.ACCEPTED, AskState.DECLINED})


@accounts.route("/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    now = clock.now()
    session = db.session()
    grant = live_grant(session, links(), token, GrantPurpose.INVITATION, now)
    if grant is None:
        return dead_link()
    if request.method != "POST" or came_from_elsewhere():
        return _shown(session.get_one(Ask, grant.subject_id), grant, now)
    act_as(grant.person_id, by_link=True)
    return _answered(asks.locked(session, grant.subject_id), grant, now)


def _shown(ask: Ask, grant: Grant, now: datetime) -> ResponseReturnValue:
    if ask.state in ANSWERED:
        return _told(ask)
    if not asks.stands(db.session(), ask, now):
        return dead_link()
    return _page(AcceptForm(name=grant.person.name), ask, grant, 200)


def _answered(ask: Ask, grant: Grant, now: datetime) -> ResponseReturnValue:
    if ask.state in ANSWERED:
        return _told(ask)
    if not asks.stands(db.session(), ask, now):
        return dead_link()
    if request.form.get("answer") == "decline":
        asks.decline(db.session(), ask, person_id=grant.person_id, now=now)
        db.session.commit()
        return _told(ask)
    form = AcceptForm()
    if not form.validate():
        return _page(form, ask, grant, 422)
    return _accept(form, ask, grant, now)


def _accept(form: AcceptForm, ask: Ask, grant: Grant, now: datetime) -> ResponseReturnValue:
    """Sign a new person in; who had an account signs in by their own means.

    An invitation lives for a fortnight in a mailbox and gets forwarded: it opens no account that
    holds more than what it gave.
    """
    session = db.session()
    known = not inviting.is_new_here(session, ask, grant.person)
    try:
        inviting.accept(
            session,
            ask,
            grant.person,
            name=str(form.name.data),
            password=form.password.data or None,
            now=now,
        )
    except asks.NoLongerStandsError:
        # somebody was quicker: the role is filled
        return dead_link()
    way_on = HOME
    if not known:
        way_on = enter(Arrival(grant.person_id, SignInWay.LINK), now)
        flash(_("Bienvenue dans Maillage."), "success")
    session.commit()
    return _told(ask) if known else leave_to(way_on)


def _page(form: AcceptForm, ask: Ask, grant: Grant, status: int) -> ResponseReturnValue:
    session = db.session()
    asker = session.get_one(Person, ask.asker_id)
    return (
        render_template(
            "accounts/invitation.html",
            form=form,
            ask=ask,
            person=grant.person,
            known=not inviting.is_new_here(session, ask, grant.person),
            password_rule=PASSWORD_RULE,
            asker=None if asker.id == grant.person_id else asker,
            about=occasion(session, ask),
        ),
        status,
    )


def _told(ask: Ask) -> ResponseReturnValue:
    return render_template(
        "accounts/invitation_answered.html",
        about=occasion(db.session(), ask),
        accepted=ask.state is AskState.ACCEPTED,
    )
