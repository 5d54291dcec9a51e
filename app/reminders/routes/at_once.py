"""« Envoyer maintenant »: the coming mail about one step, today."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.routes.blueprint import open_animated_territory
from app.core import clock
from app.core.french import moment
from app.plans.models import Step
from app.reminders.kinds import Reason
from app.reminders.labels import REASONS
from app.reminders.queries.facts import territories, world_around
from app.reminders.routes.blueprint import reminders
from app.reminders.schedule.at_once import mail_now
from app.reminders.schedule.occasions import next_hour
from app.reminders.services.writing import write_mail
from app.web.database import db
from app.web.htmx import leave_to


@reminders.post("/territoires/<public_id>/relances/envoyer/<step_id>")
def send_now(public_id: str, step_id: str) -> ResponseReturnValue:
    found, session, now = open_animated_territory(public_id), db.session(), clock.now()
    step = session.scalar(
        select(Step).where(Step.public_id == step_id, Step.territory_id == found.id)
    )
    if step is None:
        abort(404)
    today = clock.local_day(now, found.time_zone)
    seen = world_around(
        session,
        territories(session),
        territory_id=found.id,
        first=today,
        last=max(today, step.due_on or today),
    )
    mail = mail_now(seen.facts, seen.ledger, today, step.id)
    if isinstance(mail, Reason):
        said = _("« %(title)s » : rien ne part, %(reason)s.")
        flash(said % {"title": step.title, "reason": _(REASONS[mail])}, "warning")
        return _back(public_id)
    later = next_hour(
        now,
        time_zone=mail.recipient.time_zone,
        holiday_zone=found.holiday_zone,
        send_hour=found.send_hour,
    )
    if not write_mail(session, mail, later or now, now):
        session.rollback()
        flash(_("Ce message est déjà écrit : il ne part pas deux fois."), "info")
        return _back(public_id)
    session.commit()
    name = mail.recipient.name
    if later:
        when = moment(later, mail.recipient.time_zone)
        flash(
            _("Le message à %(name)s part le %(when)s.") % {"name": name, "when": when}, "success"
        )
    else:
        flash(_("Le message à %(name)s part maintenant.") % {"name": name}, "success")
    return _back(public_id)


def _back(public_id: str) -> ResponseReturnValue:
    return leave_to(url_for("reminders.territory", public_id=public_id))
