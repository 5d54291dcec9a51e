"""Signing in by password, and out."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.forms.sign_in import SignInForm
from app.accounts.routes.blueprint import accounts
from app.accounts.routes.entering import HOME, enter, leave
from app.accounts.services import throttle
from app.accounts.services.sign_in import credentials_of, opens, renew_hash
from app.core import clock
from app.web.database import db
from app.web.gate import public, safe_next
from app.web.htmx import leave_to


@accounts.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The same answer, in the same time, whether or not the account exists."""
    target = safe_next(request.args.get("next"), HOME)
    if request.method != "POST" and current_user.is_authenticated:
        return leave_to(target)
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form, 422 if request.method == "POST" else 200)
    refusal = _enter_by_password(form, clock.now())
    if refusal is None:
        return leave_to(target)
    status, sentence = refusal
    form.form_errors = [sentence]
    return _page(form, status)


@accounts.post("/deconnexion")
@public
def sign_out() -> ResponseReturnValue:
    leave(clock.now())
    db.session.commit()
    return leave_to(url_for("accounts.sign_in"))


def _page(form: SignInForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=form), status


def _enter_by_password(form: SignInForm, now: datetime) -> tuple[int, str] | None:
    """Sign in; or the status and the sentence of the refusal.

    Commits the attempt before it is counted (services/throttle.py says why), and holds no
    transaction open while the password is hashed.
    """
    session = db.session()
    email, password = str(form.email.data), str(form.password.data)
    attempt = throttle.note_attempt(session, throttle.by_password(email, request.remote_addr), now)
    session.commit()
    if throttle.is_over(session, attempt, now):
        throttle.withdraw(session, attempt)
        session.commit()
        return 429, _("Trop d’essais. Attendez un quart d’heure, ou demandez un lien de connexion.")
    credentials = credentials_of(session, email)
    session.commit()
    # asked first, so that the hash is worked out where there is no account, too
    if not opens(credentials, password) or credentials is None:
        return 422, _("L’adresse ou le mot de passe ne convient pas.")
    renew_hash(session, credentials, password)
    throttle.forgive(session, attempt)
    enter(credentials.person_id, now)
    session.commit()
    return None
