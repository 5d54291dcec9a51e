"""The demonstration's door: be one of its people, and open the mailbox they all share.

Outside the demonstration none of these pages exists.
"""

from __future__ import annotations

from threading import Event

from flask import Blueprint, Flask, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.half_way import Arrival
from app.accounts.kinds import SignInWay
from app.accounts.routes.entering import leave, open_for
from app.core import clock
from app.core.calendar import previous_working_day
from app.core.french import count
from app.outbox.jobs import deliver
from app.reminders.services.running import run
from app.reports.queries.mailbox import Received, mailbox
from app.reports.queries.people import demo_accounts, demo_owners, demo_people
from app.web.database import db
from app.web.gate import fetch, public
from app.web.htmx import leave_to
from app.web.layout import Link
from app.web.settings import settings

TIME_ZONE, HOLIDAYS = "Europe/Paris", "metropole"

door = Blueprint("demo", __name__)


def register(app: Flask) -> None:
    """Call once, after the gate is installed."""
    app.register_blueprint(door)

    @app.context_processor
    def _links() -> dict[str, object]:
        if not settings().demo:
            return {}
        ways = [Link(_("Changer de personne"), "/demo/personnes")]
        if settings().smtp is None:
            ways.insert(0, Link(_("Boîte aux lettres"), "/demo/boite"))
        return {"demo_links": ways}


@door.before_request
def _only_in_the_demonstration() -> None:
    if not settings().demo:
        abort(404)


@door.get("/demo/personnes")
@public
def people() -> ResponseReturnValue:
    return render_template("demo/people.html", accounts=demo_accounts(db.session()))


@door.post("/demo/entrer")
@public
def come_in() -> ResponseReturnValue:
    """Sign in as somebody invented, without a password."""
    person = fetch(demo_people(), request.form.get("person", ""))
    now = clock.now()
    leave(now)
    open_for(Arrival(person.id, SignInWay.DEMO), now)
    db.session.commit()
    return leave_to(url_for("reports.today"))


@door.get("/demo/boite")
@public
def letters() -> ResponseReturnValue:
    return _mailbox_page(_received(), None)


@door.get("/demo/boite/<public_id>")
@public
def letter(public_id: str) -> ResponseReturnValue:
    received = _received()
    opened = next((mail for mail in received if mail.public_id == public_id), None)
    if opened is None:
        abort(404)
    return _mailbox_page(received, opened)


@door.post("/demo/boite")
@public
def send_what_is_due() -> ResponseReturnValue:
    """Decide the present day and deliver at once, as the clock would have done in the morning."""
    _require_mailbox()
    # the jobs open transactions of their own: SQLite would wait for this request's
    db.session.rollback()
    now, engine = clock.now(), db.engine
    day = previous_working_day(clock.local_day(now, TIME_ZONE), HOLIDAYS)
    run(lambda: Session(engine), now=now, on=day, at_once=True)
    sent = deliver(settings(), engine, Event()).sent
    if sent:
        flash(f"{count(sent, _('courriel arrivé'), _('courriels arrivés'))}.", "success")
    else:
        flash(_("Tout ce qui était prévu aujourd’hui est déjà parti."), "info")
    return leave_to(url_for("demo.letters", a=request.form.get("a") or None))


def _require_mailbox() -> None:
    """With a relay the mail leaves, and there is nothing to show."""
    if settings().smtp is not None:
        abort(404)


def _received() -> list[Received]:
    _require_mailbox()
    return mailbox(settings().data_dir / "mailbox", settings().base_url)


def _mailbox_page(received: list[Received], opened: Received | None) -> ResponseReturnValue:
    address = request.args.get("a", "")
    return render_template(
        "demo/mailbox.html",
        mails=[mail for mail in received if address in ("", mail.to)],
        addresses=sorted({mail.to for mail in received}),
        owners=demo_owners(db.session()),
        address=address,
        opened=opened,
    )
