"""One's own second factor: set up, its recovery codes, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import segno
from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.accounts import totp
from app.accounts.forms.second_factor import CodeForm, SetUpForm
from app.accounts.models import DEFAULT_ZONE, Person
from app.accounts.queries.second_factor import recovery_codes_left, second_factor_of
from app.accounts.routes.account import asks_password, knows_password, me
from app.accounts.routes.blueprint import accounts, seal
from app.accounts.routes.code import SECRETS, refused
from app.accounts.routes.sign_in import way_on
from app.accounts.services import second_factor
from app.accounts.services.second_factor import WrongCodeError, is_readable
from app.core import clock
from app.core.refusals import RefusedError
from app.web.database import db
from app.web.gate import before_second_factor, viewer
from app.web.htmx import leave_to
from app.web.settings import settings

# what the form carries until the app's first code has come
SET_UP = "second-factor-set-up"
SET_UP_LIFETIME = timedelta(minutes=30)
REPLACES = "replaces"


@dataclass(frozen=True)
class _Offer:
    """A secret that the page shows; `replaces`: who asked has shown a code of the present one."""

    secret: str
    replaces: bool = False


@accounts.get("/compte/double-authentification")
@before_second_factor
def own_second_factor() -> ResponseReturnValue:
    now, person = clock.now(), me()
    if second_factor_of(db.session(), person.id) is not None:
        return _shown(CodeForm(formdata=None), now, 200)
    return _offered(SetUpForm(formdata=None), _Offer(totp.new_secret()), now, 200)


@accounts.post("/compte/double-authentification")
@before_second_factor
def set_up_second_factor() -> ResponseReturnValue:
    now, person, form = clock.now(), me(), SetUpForm()
    offer = _offer_of(form, person, now)
    if offer is None:
        flash(_("Cette page était ouverte depuis trop longtemps : recommencez."), "warning")
        return leave_to(_page_url())
    asked = not offer.replaces and asks_password(person, now)
    if not form.validate() or (asked and not knows_password(form, person, now)):
        return _offered(form, offer, now, 422)
    try:
        codes = second_factor.set_up(
            db.session(),
            person,
            secret=offer.secret,
            replaces=offer.replaces,
            code=totp.read_code(form.code.data),
            seal=seal(SECRETS),
            sign_in_id=viewer().sign_in_id,
            now=now,
        )
    except WrongCodeError:
        form.code.errors = [_("Ce n’est pas le code que l’application montre à présent.")]
        return _offered(form, offer, now, 422)
    except RefusedError as refusal:
        flash(str(refusal), "info")
        return leave_to(_page_url())
    db.session.commit()
    return _told(codes)


@accounts.post("/compte/double-authentification/codes")
def renew_recovery_codes() -> ResponseReturnValue:
    now, person, form = clock.now(), me(), CodeForm()
    if second_factor_of(db.session(), person.id) is None:
        return leave_to(_page_url())
    refusal = _refusal(form, person, now)
    if refusal is not None:
        return refusal
    codes = second_factor.renew_recovery_codes(db.session(), person, now)
    db.session.commit()
    return _told(codes)


@accounts.post("/compte/double-authentification/changer")
def change_app() -> ResponseReturnValue:
    """Another telephone: the present one stays in place until the new one's code has come."""
    now, person, form = clock.now(), me(), CodeForm()
    if second_factor_of(db.session(), person.id) is None:
        return leave_to(_page_url())
    refusal = _refusal(form, person, now)
    if refusal is not None:
        return refusal
    db.session.commit()
    offer = _Offer(totp.new_secret(), replaces=True)
    return _offered(SetUpForm(formdata=None), offer, now, 200)


@accounts.post("/compte/double-authentification/retirer")
def remove_second_factor() -> ResponseReturnValue:
    now, person, form = clock.now(), me(), CodeForm()
    if second_factor_of(db.session(), person.id) is None:
        return leave_to(_page_url())
    refusal = _refusal(form, person, now)
    if refusal is not None:
        return refusal
    try:
        second_factor.remove(
            db.session(), person, demanded=viewer().second_factor_demanded, now=now
        )
    except RefusedError as refused_verb:
        db.session.rollback()
        form.form_errors = [str(refused_verb)]
        return _shown(form, now, 422)
    db.session.commit()
    flash(_("La double authentification est retirée."), "success")
    return leave_to(url_for("accounts.own_account", _anchor="double-authentification"))


def _refusal(form: CodeForm, person: Person, now: datetime) -> ResponseReturnValue | None:
    """The page again, where what was typed does not open."""
    if not form.validate():
        return _shown(form, now, 422)
    why = refused(form, person, now)
    if why is None:
        return None
    form.form_errors = [why]
    return _shown(form, now, 422)


def _offer_of(form: SetUpForm, person: Person, now: datetime) -> _Offer | None:
    """What the page carried; None when it is another's, over, or not ours."""
    opened = seal(SET_UP).open(form.secret.data or "", within=SET_UP_LIFETIME, now=now)
    owner, replaces, secret = (opened or "::").split(":")
    return _Offer(secret, replaces == REPLACES) if owner == str(person.id) else None


def _offered(form: SetUpForm, offer: _Offer, now: datetime, status: int) -> ResponseReturnValue:
    person, secret = me(), offer.secret
    carried = f"{person.id}:{REPLACES if offer.replaces else ''}:{secret}"
    form.secret.data = seal(SET_UP).close(carried, now)
    site = urlsplit(settings().base_url).hostname or ""
    uri = totp.app_uri(secret, account=person.email or person.name, site=site)
    return (
        render_template(
            "accounts/second_factor_offered.html",
            form=form,
            secret=totp.grouped(secret),
            picture=_picture(uri),
            uri=uri,
            asks_password=not offer.replaces and asks_password(person, now),
            replaces=offer.replaces,
            demanded=viewer().second_factor_demanded,
        ),
        status,
    )


def _shown(form: CodeForm, now: datetime, status: int) -> ResponseReturnValue:
    person = me()
    factor = second_factor_of(db.session(), person.id)
    assert factor is not None  # the callers have looked
    return (
        render_template(
            "accounts/second_factor_shown.html",
            form=form,
            factor=factor,
            readable=is_readable(factor, seal(SECRETS), now),
            codes_left=recovery_codes_left(db.session(), person.id),
            demanded=viewer().second_factor_demanded,
            zone=person.time_zone or DEFAULT_ZONE,
        ),
        status,
    )


def _told(codes: list[str]) -> ResponseReturnValue:
    """The codes, this once: nothing here can show them again."""
    return render_template(
        "accounts/recovery_codes.html", codes=codes, way_on=way_on(request.args.get("next"))
    )


def _picture(uri: str) -> Markup:
    """The QR code as SVG: shapes alone, without style or script."""
    drawn = segno.make(uri, error="m", micro=False).svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704  # nosec B704  drawn by segno of squares


def _page_url() -> str:
    return url_for("accounts.own_second_factor", next=request.args.get("next"))
