"""One's data without an account: a link that reaches only one's own address.

Scanners open the links of mails: a GET shows, the buttons act.
"""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.grants import live_grant
from app.accounts.kinds import GrantPurpose
from app.accounts.models import DEFAULT_ZONE, Grant
from app.accounts.queries.second_factor import second_factor_of
from app.accounts.queries.team import piloted_alone
from app.accounts.routes.blueprint import links
from app.accounts.routes.mailed_link import within_limits
from app.core import clock
from app.core.refusals import RefusedError
from app.privacy.forms import AddressForm
from app.privacy.kinds import Cause
from app.privacy.labels import GOES, STAYS
from app.privacy.queries.held import counts_of
from app.privacy.routes.blueprint import archive_of, erase_now, privacy
from app.privacy.services.erasing import open_erasure
from app.privacy.services.requests import cancel, send_link
from app.web.database import db
from app.web.gate import act_as, public, viewer_or_none


@privacy.route("/mes-donnees", methods=["GET", "POST"])
@public
def my_data() -> ResponseReturnValue:
    """The same answer whether or not the address is known, and when too many were asked for."""
    form, now = AddressForm(), clock.now()
    if not form.validate_on_submit():
        page = render_template("privacy/my_data.html", form=form)
        return page, 422 if request.method == "POST" else 200
    email = str(form.email.data)
    within_limits(email, send_link, now)
    return render_template("privacy/link_sent.html", email=email)


@privacy.route("/mes-donnees/<token>", methods=["GET", "POST"])
@public
def my_data_by_link(token: str) -> ResponseReturnValue:
    now = clock.now()
    grant = live_grant(db.session(), links(), token, GrantPurpose.PERSONAL_DATA, now)
    if grant is None:
        return render_template("privacy/dead_link.html"), 410
    if request.method != "POST":
        return _page(grant)
    act_as(grant.person_id, by_link=True)
    match request.form.get("answer"):
        case "export":
            return archive_of(grant.person, now)
        case "keep":
            return _kept(grant, now)
        case "erase":
            return _erased(grant, now)
        case _:
            return _page(grant, 422)


def _erased(grant: Grant, now: datetime) -> ResponseReturnValue:
    if _locked(grant):
        return _page(
            grant,
            403,
            refused=_(
                "Rien n’est effacé. Votre compte a une double authentification : connectez-vous "
                "d’abord avec son code, puis rouvrez ce lien."
            ),
        )
    try:
        erase_now(grant.person_id, Cause.OWN, grant.person_id, now)
    except RefusedError as refusal:
        return _page(grant, 422, refused=_(str(refusal)))
    return render_template("privacy/erased.html")


def _locked(grant: Grant) -> bool:
    """Whether the mailbox alone is not enough: who has a second factor shows it first."""
    here = viewer_or_none()
    if here is not None and here.person_id == grant.person_id:
        return False
    return second_factor_of(db.session(), grant.person_id) is not None


def _kept(grant: Grant, now: datetime) -> ResponseReturnValue:
    waiting = open_erasure(db.session(), grant.person_id)
    if waiting is not None and waiting.cause is Cause.IDLE:
        try:
            cancel(db.session(), waiting, now=now)
        except RefusedError as refusal:
            return _page(grant, 422, refused=_(str(refusal)))
        db.session.commit()
    return _page(grant, told=_("C’est noté : rien ne sera effacé."))


def _page(
    grant: Grant, status: int = 200, told: str | None = None, refused: str | None = None
) -> ResponseReturnValue:
    session = db.session()
    waiting = open_erasure(session, grant.person_id, to_change=False)
    page = render_template(
        "privacy/my_data_by_link.html",
        person=grant.person,
        zone=grant.person.time_zone or DEFAULT_ZONE,
        counts=counts_of(session, grant.person_id),
        alone=[one.name for one in piloted_alone(session, grant.person_id)],
        waiting=waiting,
        locked=_locked(grant),
        told=told,
        refused=refused,
        until=grant.expires_at,
        goes=GOES,
        stays=STAYS,
    )
    return page, status
