"""One's own account: each part is a form of its own that answers alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.browsers import describe_browser
from app.accounts.forms.account import LinkForm, PasswordForm, PreferencesForm, ProfileForm
from app.accounts.kinds import MailRhythm
from app.accounts.labels import (
    MEMBERSHIP_ROLES,
    PASSWORD_RULE,
    RHYTHM_CONSEQUENCES,
    SIGN_IN_WAYS,
    TERRITORY_ROLES,
)
from app.accounts.models import DEFAULT_ZONE, ExternalIdentity, Person, SignIn
from app.accounts.queries.account import (
    RECENT,
    address_asks,
    identity_of,
    mail_preference,
    open_sessions,
    places_left,
    present_memberships,
    present_roles,
)
from app.accounts.queries.second_factor import second_factor_of
from app.accounts.queries.team import roles_left
from app.accounts.routes.blueprint import accounts
from app.accounts.routes.sign_in import TOO_MANY
from app.accounts.rules import may_restore_role
from app.accounts.services import account
from app.accounts.services.sign_in import (
    TooManyAttemptsError,
    WrongPasswordError,
    check_password,
)
from app.core import clock
from app.core.refusals import StaleError
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, leave_to, wants_fragment
from app.web.navigation import HOME
from app.web.panels import for_page
from app.web.settings import settings

# the parts of the page: template → id, which no field of a form may have
ANCHORS = {
    "profile": "identite",
    "password": "mot-de-passe",
    "preferences": "courriels",
    "sessions": "sessions",
}


@accounts.get("/compte")
def own_account() -> ResponseReturnValue:
    return render_template("accounts/account.html", **_context(clock.now()))


@accounts.post("/compte/identite")
def describe_oneself() -> ResponseReturnValue:
    now, person, form = clock.now(), me(), ProfileForm()
    if not form.validate():
        return _answer("profile", 422, now, profile=form)
    moves = form.email.data != person.email
    # whoever sets the address can come in by it: another way in, like those below
    if moves and asks_password(person, now) and not knows_password(form, person, now):
        return _answer("profile", 422, now, profile=form)
    try:
        account.describe_oneself(
            person, name=str(form.name.data), phone=form.phone.data, version=form.version.data
        )
    except StaleError:
        form.catch_up(person.version)
        return _answer("profile", 409, now, profile=form)
    if moves:
        account.ask_new_address(db.session(), person, str(form.email.data), now)
        flash(
            _("Ouvrez le message envoyé à %(email)s pour la confirmer.", email=form.email.data),
            "info",
        )
    db.session.commit()
    flash(_("Vos coordonnées sont enregistrées."), "success")
    return _answer("profile", 200, now)


@accounts.post("/compte/mot-de-passe")
def change_password() -> ResponseReturnValue:
    now, person = clock.now(), me()
    form = _password_form(person)
    needed = account.needs_old_password(person, here(), now)
    if not form.validate() or (needed and not knows_password(form, person, now)):
        return _answer("password", 422, now, password=form)
    account.change_password(
        db.session(),
        me(),
        str(form.password.data),
        sign_in_id=viewer().sign_in_id,
        now=now,
    )
    db.session.commit()
    flash(_("Le mot de passe est changé. Vos autres sessions sont fermées."), "success")
    return _answer("password", 200, now)


@accounts.post("/compte/courriels")
def prefer() -> ResponseReturnValue:
    now, form = clock.now(), PreferencesForm()
    form.today = clock.local_day(now, me().time_zone or DEFAULT_ZONE)
    if not form.validate():
        return _answer("preferences", 422, now, preferences=form)
    account.prefer(
        db.session(),
        viewer().person_id,
        rhythm=MailRhythm(form.rhythm.data),
        paused_until=form.paused_until.data,
        now=now,
    )
    db.session.commit()
    flash(_("C’est noté pour vos courriels."), "success")
    return _answer("preferences", 200, now)


@accounts.post("/compte/sessions/autres")
def close_other_sessions() -> ResponseReturnValue:
    now = clock.now()
    closed = account.close_other_sessions(
        db.session(), viewer().person_id, sign_in_id=viewer().sign_in_id, now=now
    )
    db.session.commit()
    if closed:
        flash(_("Vos autres sessions sont fermées."), "success")
    return _answer("sessions", 200, now)


@accounts.post("/compte/sessions")
def close_session() -> ResponseReturnValue:
    now = clock.now()
    wanted = request.form.get("session", type=int) or 0
    if account.close_own_session(db.session(), viewer().person_id, wanted, now):
        db.session.commit()
        flash(_("La session est fermée."), "success")
    return _answer("sessions", 200, now)


def me() -> Person:
    return db.session.get_one(Person, viewer().person_id)


def here() -> SignIn:
    return db.session.get_one(SignIn, viewer().sign_in_id)


def _password_form(person: Person) -> PasswordForm:
    """Knows the name and the address, so that neither becomes the password."""
    form = PasswordForm()
    form.about = (person.name, person.email or "")
    return form


def asks_password(person: Person, now: datetime) -> bool:
    """Before another way in is added, by a session that was opened a while ago."""
    return person.password_hash is not None and not account.is_fresh(here(), now)


def knows_password(form: Any, person: Person, now: datetime) -> bool:
    """Whether the form's `current` is the person's password; else its error says so."""
    try:
        check_password(
            db.session(),
            email=person.email or "",
            password=form.current.data or "",
            address=request.remote_addr,
            now=now,
        )
    except TooManyAttemptsError:
        form.current.errors = [TOO_MANY]
        return False
    except WrongPasswordError:
        form.current.errors = [_("Ce n’est pas votre mot de passe actuel.")]
        return False
    return True


def _identity(person_id: int) -> ExternalIdentity | None:
    """Who this person is to the provider of the settings."""
    oidc = settings().oidc
    known = identity_of(db.session(), person_id, oidc.issuer) if oidc else None
    return known if known is not None and known.unlinked_at is None else None


def _answer(part: str, status: int, now: datetime, **forms: Any) -> ResponseReturnValue:
    """One part alone for htmx; else the page, or the way back to it."""
    if status == 200 and not wants_fragment():
        return leave_to(url_for("accounts.own_account", _anchor=ANCHORS[part]))
    context = {**_context(now, **forms), "stale": status == 409}
    if wants_fragment():
        return fragment(f"accounts/_{part}.html", status, **context)
    return render_template("accounts/account.html", **context), status


def _context(now: datetime, **forms: Any) -> dict[str, Any]:
    session, person = db.session(), me()
    waiting = next((ask for ask in address_asks(session, person.id) if ask.expires_at > now), None)
    preference = mail_preference(session, person.id)
    known = {
        "rhythm": preference.rhythm.value if preference else MailRhythm.AT_ONCE.value,
        "paused_until": preference.paused_until if preference else None,
    }
    return {
        "person": person,
        "panels": for_page("account", viewer(), person),
        "zone": person.time_zone or DEFAULT_ZONE,
        "new_email": waiting.payload["email"] if waiting else None,
        "memberships": present_memberships(session, person.id),
        "membership_roles": MEMBERSHIP_ROLES,
        "roles": present_roles(session, person.id),
        "role_words": TERRITORY_ROLES,
        "places_left": places_left(session, person.id, now),
        "roles_left": [
            role
            for role in roles_left(session, person.id, (now - RECENT).date())
            if may_restore_role(viewer(), role, clock.local_day(now, role.territory.time_zone))
        ],
        "sessions": [
            (one, describe_browser(one.browser), SIGN_IN_WAYS[one.way])
            for one in open_sessions(session, person.id, now)
        ],
        "second_factor": second_factor_of(session, person.id),
        "identity": _identity(person.id),
        "link": LinkForm(formdata=None),
        "asks_password": asks_password(person, now),
        "profile": forms.get("profile") or ProfileForm(formdata=None, obj=person),
        "stale": False,
        "password": forms.get("password") or PasswordForm(formdata=None),
        "password_rule": PASSWORD_RULE,
        "needs_old_password": account.needs_old_password(person, here(), now),
        "preferences": forms.get("preferences") or PreferencesForm(formdata=None, data=known),
        "consequences": {rhythm.value: text for rhythm, text in RHYTHM_CONSEQUENCES.items()},
    }


@accounts.post("/compte/jours")
def choose_days() -> ResponseReturnValue:
    """Her days, said where they count: beside what leaves before the next one."""
    account.choose_work_days(db.session(), viewer().person_id, request.form.getlist("jour"))
    db.session.commit()
    flash(_("Vos jours sont notés."), "success")
    return leave_to(f"{HOME}#partira")
