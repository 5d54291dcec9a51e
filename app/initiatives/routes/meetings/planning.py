"""Planning a meeting: what it says of itself, its agenda, held or cancelled."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Territory
from app.core import clock
from app.core.french import listing
from app.core.refusals import RefusedError, StaleError
from app.initiatives import words
from app.initiatives.forms.meetings import CancelForm, ItemForm, MeetingForm
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Meeting
from app.initiatives.queries.choices import group_choices, projects_seen
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import back_to, meeting_here, territory_here
from app.initiatives.rules.meetings import kept_items, may_keep, may_run_meeting
from app.initiatives.services import meetings as verbs
from app.initiatives.services.convening import by_phone, unconvened
from app.plans.routes.blueprint import attempt
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to


@initiatives.route("/territoires/<public_id>/rencontres/nouvelle", methods=["GET", "POST"])
def new_meeting(public_id: str) -> ResponseReturnValue:
    territory = territory_here(public_id, animated=True)
    form = MeetingForm(data={"group_id": request.args.get("groupe", 0, type=int)})
    _offer(form, territory)
    if not form.validate_on_submit():
        status = 422 if request.method == "POST" else 200
        return render_template("initiatives/new_meeting.html", place=territory, form=form), status
    made = verbs.plan_meeting(
        db.session(),
        territory,
        form.said(territory.time_zone),
        organiser_id=viewer().person_id,
        now=clock.now(),
    )
    db.session.commit()
    flash(
        _("La rencontre est notée. Personne n’est prévenu avant l’envoi des convocations."),
        "success",
    )
    return leave_to(url_for("initiatives.meeting", public_id=made.public_id))


@initiatives.route("/rencontres/<public_id>/modifier", methods=["GET", "POST"])
def edit_meeting(public_id: str) -> ResponseReturnValue:
    found = meeting_here(public_id, may_run_meeting)
    form = MeetingForm(data=_as_typed(found))
    _offer(form, found.territory, found.group_id)
    if request.method == "POST" and form.validate_on_submit():
        sequence = found.sequence
        try:
            mails = _describe(found, form)
        except StaleError:
            db.session.rollback()
            form.catch_up(found.version)
            return _edit_page(found, form, theirs=found), 409
        except RefusedError as refusal:
            db.session.rollback()
            form.day.errors = [_(str(refusal))]
            return _edit_page(found, form, theirs=None), 422
        changed = found.sequence != sequence
        db.session.commit()
        flash(_("La rencontre est enregistrée."), "success")
        if mails:
            flash(_("Le changement part par courriel : %(n)s.", n=mails), "info")
        if changed:
            _say_whom_to_call(found)
        return leave_to(url_for("initiatives.meeting", public_id=public_id))
    return _edit_page(found, form, theirs=None), 422 if request.method == "POST" else 200


def _describe(found: Meeting, form: MeetingForm) -> int:
    return verbs.describe_meeting(
        db.session(),
        found,
        form.said(found.territory.time_zone),
        seen_version=form.version.data,
        now=clock.now(),
    )


def _edit_page(found: Meeting, form: MeetingForm, *, theirs: Meeting | None) -> str:
    told = [one for one in found.attendees if one.told_sequence is not None]
    planned = found.state is MeetingState.PLANNED and found.ends_at > clock.now()
    zone = found.territory.time_zone
    return render_template(
        "initiatives/edit_meeting.html",
        meeting=found,
        form=form,
        theirs=theirs,
        when=words.when(found.starts_at, found.ends_at, zone),
        told=len(told) if planned else 0,
    )


def _as_typed(found: Meeting) -> dict[str, Any]:
    zone = ZoneInfo(found.territory.time_zone)
    begins, ends = (one.astimezone(zone) for one in (found.starts_at, found.ends_at))
    return {
        "kind": found.kind,
        "title": found.title,
        "day": begins.date(),
        "begins": begins.time(),
        "ends": ends.time(),
        "place": found.place,
        "video_url": found.video_url,
        "group_id": found.group_id or 0,
        "project_ids": [project.id for project in found.projects],
        "message": found.message,
        "version": found.version,
    }


def _offer(form: MeetingForm, territory: Territory, of_group: int | None = None) -> None:
    session = db.session()
    form.offer(
        group_choices(session, territory.id, of_group),
        projects_seen(session, viewer(), territory.id),
    )


@initiatives.post("/rencontres/<public_id>/etat")
def change_state(public_id: str) -> ResponseReturnValue:
    """Held, planned again, or cancelled: the last tells everybody who was convened."""
    found, now = meeting_here(public_id, may_run_meeting), clock.now()
    asked = request.form.get("etat")
    if asked == "tenue":
        done = _("C’est noté : la rencontre a eu lieu.")
        kept = attempt(lambda: verbs.hold_meeting(found, now=now), done)
    elif asked == "prevue":
        kept = _reopen(found)
    elif asked == "annulee":
        kept = _cancel(found)
    else:
        abort(400)
    if kept:
        db.session.commit()
    return back_to(public_id)


def _reopen(found: Meeting) -> bool:
    mails = verbs.reopen_meeting(db.session(), found, now=clock.now())
    flash(_("La rencontre est de nouveau prévue."), "success")
    if mails:
        flash(_("Le reste des nouvelles part par courriel : %(n)s.", n=mails), "info")
    if waiting := unconvened(found):
        flash(
            _("Personnes à convoquer, ou à convoquer de nouveau : %(n)s.", n=len(waiting)), "info"
        )
    return True


def _say_whom_to_call(found: Meeting) -> None:
    """Who was convened and has no address."""
    names = [one.person.name if one.person else one.organisation.name for one in by_phone(found)]
    if names:
        flash(_("Sans adresse, à prévenir par téléphone : %(who)s.", who=listing(names)), "warning")


def _cancel(found: Meeting) -> bool:
    form = CancelForm()
    if not form.validate():
        flash(_("Restez sous %(max)d caractères.", max=400), "warning")
        return False
    said = (form.words.data or "").strip() or None
    try:
        mails = verbs.cancel_meeting(db.session(), found, words=said, now=clock.now())
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return False
    flash(
        _("La rencontre est annulée. Courriels qui le disent : %(n)s.", n=mails)
        if mails
        else _(
            "La rencontre est annulée. Aucune convocation n’était partie : personne n’est prévenu."
        ),
        "success",
    )
    _say_whom_to_call(found)
    return True


@initiatives.post("/rencontres/<public_id>/points")
def add_item(public_id: str) -> ResponseReturnValue:
    found, form = meeting_here(public_id, may_run_meeting), ItemForm()
    if not form.validate_on_submit():
        flash(_("Dites de quoi on parlera, en une ligne ; les minutes sont un nombre."), "warning")
        return back_to(public_id, "ordre-du-jour")
    title, minutes = form.title.data or "", form.minutes.data
    if attempt(lambda: verbs.add_item(db.session(), found, title=title, minutes=minutes)):
        db.session.commit()
    return back_to(public_id, "ordre-du-jour")


@initiatives.post("/points/<public_id>")
def change_item(public_id: str) -> ResponseReturnValue:
    """Move a point up or down, or take it off."""
    item = fetch(kept_items(viewer()), public_id, may_keep)
    meeting_id, session = item.meeting.public_id, db.session()
    asked = request.form.get("geste")
    if asked == "retirer":
        verbs.remove_item(session, item)
    elif asked in ("monter", "descendre"):
        verbs.move_item(session, item, up=asked == "monter")
    else:
        abort(400)
    session.commit()
    return back_to(meeting_id, "ordre-du-jour")
