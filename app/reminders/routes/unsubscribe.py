"""Fewer mails, a pause, none, and back: RFC 8058 one-click, only by POST, without a cookie."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms.account import LONGEST_PAUSE_DAYS
from app.accounts.grants import live_grant
from app.accounts.kinds import GrantPurpose, MailRhythm
from app.accounts.labels import RHYTHM_CONSEQUENCES, RHYTHMS
from app.accounts.models import DEFAULT_ZONE, MailPreference
from app.accounts.routes.blueprint import links
from app.core import clock
from app.reminders.forms import WishForm
from app.reminders.kinds import Wish
from app.reminders.routes.blueprint import reminders
from app.reminders.routes.opening import dead_link
from app.reminders.services.wishes import come_back, pause_until, set_rhythm
from app.web.database import db
from app.web.gate import act_as, public

_RHYTHMS = {
    Wish.AT_ONCE: MailRhythm.AT_ONCE,
    Wish.DAILY: MailRhythm.DAILY,
    Wish.WEEKLY: MailRhythm.WEEKLY,
    Wish.OFF: MailRhythm.OFF,
}


@reminders.route("/desabonnement/<token>", methods=["GET", "POST"])
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """A mail client posts `List-Unsubscribe=One-Click`, which means none; the page says more."""
    now = clock.now()
    session = db.session()
    grant = live_grant(session, links(), token, GrantPurpose.UNSUBSCRIBE, now)
    if grant is None:
        return dead_link(for_wishes=True)
    person_id, trouble, form = grant.person_id, None, WishForm()
    today = clock.local_day(now, grant.person.time_zone or DEFAULT_ZONE)
    if request.method == "POST":
        trouble = _trouble(form, today)
        if trouble is None:
            act_as(person_id, by_link=True)
            _take(person_id, form.wish, form.jusquau.data, now)
            session.commit()
    known = session.get(MailPreference, person_id, populate_existing=True)
    page = render_template(
        "reminders/unsubscribe.html",
        person=grant.person,
        rhythm=known.rhythm if known else MailRhythm.AT_ONCE,
        paused_until=_coming(known.paused_until if known else None, today),
        is_answered=request.method == "POST" and trouble is None,
        came_back=trouble is None and form.wish is Wish.BACK,
        trouble=trouble,
        words=RHYTHMS,
        consequences=RHYTHM_CONSEQUENCES,
        tomorrow=today + timedelta(days=1),
        latest=today + timedelta(days=LONGEST_PAUSE_DAYS),
    )
    return page, 422 if trouble else 200


def _trouble(form: WishForm, today: date) -> str | None:
    """What is missing, in one sentence. A mail client's click lacks nothing."""
    if not form.validate():
        return str(_("Votre choix n’a pas pu être lu. Rien n’a été changé ; réessayez."))
    if form.wish is Wish.PAUSE:
        until = form.jusquau.data
        if until is None or not 0 < (until - today).days <= LONGEST_PAUSE_DAYS:
            return str(_("Choisissez le jour de la reprise, à venir, dans l’année."))
    return None


def _take(person_id: int, wish: Wish, until: date | None, now: datetime) -> None:
    session = db.session()
    if wish is Wish.BACK:
        come_back(session, person_id, now)
    elif wish is Wish.PAUSE and until is not None:
        pause_until(session, person_id, until, now)
    else:
        set_rhythm(session, person_id, _RHYTHMS[wish], now)


def _coming(day: date | None, today: date) -> date | None:
    return day if day is not None and day > today else None
