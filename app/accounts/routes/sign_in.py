"""Signing in by password."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from app.accounts.forms.sign_in import SignInForm
from app.accounts.half_way import Arrival
from app.accounts.kinds import SignInWay
from app.accounts.routes.blueprint import accounts
from app.accounts.routes.entering import HOME, enter
from app.accounts.services.sign_in import (
    TooManyAttemptsError,
    WrongPasswordError,
    check_password,
)
from app.core import clock
from app.web.database import db
from app.web.gate import public, safe_next
from app.web.htmx import leave_to

TOO_MANY = lazy_gettext(
    "Trop d’essais. Attendez un quart d’heure, ou demandez un lien de connexion."
)


@accounts.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The same answer, in the same time, whether or not the account exists."""
    target = way_on(request.args.get("next"))
    if request.method != "POST" and current_user.is_authenticated:
        return leave_to(target)
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form, 422 if request.method == "POST" else 200)
    try:
        way = _enter_by_password(form, target, clock.now())
    except TooManyAttemptsError:
        form.form_errors = [TOO_MANY]
        return _page(form, 429)
    except WrongPasswordError:
        form.form_errors = [_("L’adresse ou le mot de passe ne convient pas.")]
        return _page(form, 422)
    return leave_to(way)


def way_on(wanted: str | None) -> str:
    """Where to go after signing in: a path of this site, as browsers read it.

    They drop tabs, and take a backslash for a slash: `/<tab>\\host` would lead away.
    """
    plain = wanted is not None and wanted.isprintable() and "\\" not in wanted
    return safe_next(wanted if plain else None, HOME)


def _page(form: SignInForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=form), status


def _enter_by_password(form: SignInForm, target: str, now: datetime) -> str:
    session = db.session()
    email, password = str(form.email.data), str(form.password.data)
    credentials = check_password(
        session, email=email, password=password, address=request.remote_addr, now=now
    )
    way = enter(Arrival(credentials.person_id, SignInWay.PASSWORD), now, target=target)
    session.commit()
    return way
