"""Asking for the second factor, before any session is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.accounts import half_way
from app.accounts.forms.second_factor import CodeForm
from app.accounts.models import HalfSignIn, Person
from app.accounts.queries.second_factor import recovery_codes_left, second_factor_of
from app.accounts.routes.blueprint import accounts, seal
from app.accounts.routes.entering import HALF_WAY, leave, open_for
from app.accounts.routes.sign_in import way_on
from app.accounts.services.second_factor import (
    UnreadableSecretError,
    WrongCodeError,
    check,
)
from app.accounts.services.sign_in import TooManyAttemptsError
from app.core import clock
from app.core.refusals import RefusedError
from app.web.database import db
from app.web.gate import act_as, public
from app.web.htmx import leave_to

SECRETS = "second-factor"
TOO_MANY_CODES = lazy_gettext(
    "Trop d’essais. Attendez un quart d’heure ; après vingt essais, attendez demain."
)
WRONG = lazy_gettext("Ce code ne convient pas. Attendez le suivant dans l’application.")
WRONG_RECOVERY = lazy_gettext("Ce code de secours ne convient pas, ou a déjà servi.")
UNREADABLE = lazy_gettext(
    "Le serveur ne sait plus lire votre application. Entrez avec un code de secours, puis "
    "installez-la de nouveau."
)


@accounts.route("/connexion/code", methods=["GET", "POST"])
@public
def ask_code() -> ResponseReturnValue:
    """For who has shown everything else; who has not begins at the beginning."""
    now = clock.now()
    half = half_way.waiting(db.session(), str(cookie.get(HALF_WAY, "")), now)
    if half is None or second_factor_of(db.session(), half.person_id) is None:
        return _begin_again()
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(form, 422 if request.method == "POST" else 200)
    return _answered(form, half, now)


def _answered(form: CodeForm, half: HalfSignIn, now: datetime) -> ResponseReturnValue:
    person, target = half.person, way_on(request.args.get("next"))
    act_as(person.id)
    refusal = refused(form, person, now)
    if refusal is not None:
        form.form_errors = [refusal]
        return _page(form, 429 if refusal is TOO_MANY_CODES else 422)
    # of two tabs with two right codes one goes in; the other has its session already
    arrival = half_way.resume(db.session(), half)
    if arrival is None:
        return _begin_again()
    leave(now)
    try:
        open_for(arrival, now)
    except RefusedError as refusal_of_link:
        db.session.rollback()
        flash(str(refusal_of_link), "error")
        return _begin_again()
    _warn_of_few_codes(form, person.id)
    db.session.commit()
    return leave_to(target)


def refused(form: CodeForm, person: Person, now: datetime) -> Any:
    """Use up what was typed; else why not, in words. Nothing is committed when it was right."""
    try:
        check(
            db.session(),
            person,
            form.typed(),
            address=request.remote_addr,
            seal=seal(SECRETS),
            now=now,
        )
    except TooManyAttemptsError:
        return TOO_MANY_CODES
    except UnreadableSecretError:
        return UNREADABLE
    except WrongCodeError:
        return WRONG_RECOVERY if form.recovery.data and not form.code.data else WRONG
    return None


def _warn_of_few_codes(form: CodeForm, person_id: int) -> None:
    if form.code.data:
        return
    left = recovery_codes_left(db.session(), person_id)
    flash(
        _(
            "Ce code de secours ne servira plus ; il vous en reste %(left)d. Sur « Mon compte », "
            "vous pouvez en demander de nouveaux.",
            left=left,
        ),
        "warning",
    )


def _begin_again() -> ResponseReturnValue:
    if cookie.pop(HALF_WAY, None):
        flash(_("Trop de temps a passé, ou vos accès ont changé : recommencez."), "info")
    return leave_to(url_for("accounts.sign_in", next=request.args.get("next")))


def _page(form: CodeForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/code.html", form=form), status
