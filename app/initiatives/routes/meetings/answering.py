"""Saying whether one comes: behind the mail without an account, or on the meeting's page.

Scanners open the links of mails: a GET changes nothing, the buttons answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.grants import live_grant
from app.accounts.kinds import AskKind, GrantPurpose
from app.accounts.models import Ask, Grant
from app.accounts.services import asks
from app.agreements.queries.questions import may_still_answer
from app.core import clock
from app.core.refusals import RefusedError
from app.initiatives import words
from app.initiatives.forms.meetings import ReplyForm
from app.initiatives.kinds.meetings import MeetingState, Rsvp
from app.initiatives.models import Attendee, Meeting
from app.initiatives.news import Told, date_key, news_of
from app.initiatives.queries.hosts import host_of
from app.initiatives.queries.told import as_it_stands, last_told, told_with
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import back_to, links
from app.initiatives.rules.meetings import kept_attendees, may_answer, may_keep
from app.initiatives.services.replies import SUBJECT, reply
from app.web.database import db
from app.web.gate import act_as, fetch, public, viewer


@initiatives.route("/presence/<token>", methods=["GET", "POST"])
@public
def answer_by_link(token: str) -> ResponseReturnValue:
    """The token is the authority, as long as its person belongs to the organisation invited."""
    now, session = clock.now(), db.session()
    grant = live_grant(session, links(), token, GrantPurpose.ANSWER, now)
    ask = session.get(Ask, grant.subject_id) if grant else None
    if grant is None or ask is None or ask.kind is not AskKind.RSVP:
        return _over()
    attendee = session.get(Attendee, ask.subject_id) if ask.subject_kind == SUBJECT else None
    if attendee is None or not may_still_answer(session, ask, grant.person_id):
        return _over()
    if attendee.meeting.state is MeetingState.CANCELLED:
        return _off(attendee)
    if attendee.meeting.ends_at <= now:
        return _over()
    action = url_for("initiatives.answer_by_link", token=token)
    if request.method == "POST":
        act_as(grant.person_id, by_link=True)
        return _take(attendee, grant, action, now)
    return _page(attendee, grant, action)


def _take(attendee: Attendee, grant: Grant, action: str, now: datetime) -> ResponseReturnValue:
    said, form = read_answer(), ReplyForm()
    if said is None or len(form.words.data or "") > 400:
        trouble = _("La réponse n’a pas pu être lue. Rien n’a été changé.")
        return _page(attendee, grant, action, trouble), 422
    if _saw_another_date(attendee.meeting):
        return _page(attendee, grant, action, _("La date vient de changer. Venez-vous ?")), 409
    attendee_id = attendee.id
    try:
        reply(
            db.session(),
            attendee,
            answer=said,
            words=form.words.data,
            person_id=grant.person_id,
            now=now,
        )
    except asks.NoLongerStandsError:
        db.session.rollback()
        return _over()
    except RefusedError as refusal:
        db.session.rollback()
        kept = db.session.get_one(Attendee, attendee_id)
        return _page(kept, grant, action, _(str(refusal))), 422
    db.session.commit()
    return redirect(action, code=303)


def read_answer() -> Rsvp | None:
    said = request.form.get("reponse", "")
    return Rsvp(said) if said in {one.value for one in Rsvp} else None


def _saw_another_date(meeting: Meeting) -> bool:
    """The page that was answered showed another date: nobody said yes to this one."""
    seen = request.form.get("vue")
    return seen is not None and seen != date_key(meeting.starts_at, meeting.ends_at)


def _page(attendee: Attendee, grant: Grant, action: str, trouble: str | None = None) -> str:
    """The meeting as it stands now, with what has changed since the mail that led here."""
    meeting, session = attendee.meeting, db.session()
    told = told_with(session, attendee, grant.public_id)
    last = last_told(session, [attendee]).get(attendee.id)
    news = news_of(told, as_it_stands(meeting))
    return render_template(
        "initiatives/presence.html",
        one=attendee,
        meeting=meeting,
        when=words.when(meeting.starts_at, meeting.ends_at, meeting.territory.time_zone),
        vue=date_key(meeting.starts_at, meeting.ends_at),
        news=replace(news, is_back=last is not None and last.is_off),
        was=_when(meeting, told) if news.moved else None,
        host=host_of(session, meeting),
        action=action,
        trouble=trouble,
        wanted=request.values.get("reponse"),
        typed=request.form.get("words", ""),
        territory=meeting.territory,
    )


def _when(meeting: Meeting, told: Told | None) -> str | None:
    if told is None or told.starts_at is None or told.ends_at is None:
        return None
    return words.when(told.starts_at, told.ends_at, meeting.territory.time_zone)


def _off(attendee: Attendee) -> ResponseReturnValue:
    meeting = attendee.meeting
    page = render_template(
        "initiatives/presence_off.html",
        meeting=meeting,
        when=words.when(meeting.starts_at, meeting.ends_at, meeting.territory.time_zone),
        host=host_of(db.session(), meeting),
        territory=meeting.territory,
    )
    return page, 410


def _over() -> ResponseReturnValue:
    """The same for a link revoked, a meeting that is over, or one that was never ours."""
    return render_template("initiatives/presence_over.html"), 410


@initiatives.post("/invites/<public_id>/reponse")
def answer(public_id: str) -> ResponseReturnValue:
    """Signed in: for oneself or one's organisation; who runs the meeting notes what was said."""
    attendee = fetch(kept_attendees(viewer()), public_id)
    if not (may_answer(viewer(), attendee) or may_keep(viewer(), attendee)):
        abort(403)
    said, form = read_answer(), ReplyForm()
    if said is None or not form.validate():
        abort(422)
    meeting_id = attendee.meeting.public_id
    if _saw_another_date(attendee.meeting):
        flash(_("La date vient de changer : répondez pour la nouvelle."), "warning")
        return back_to(meeting_id)
    try:
        reply(
            db.session(),
            attendee,
            answer=said,
            words=form.words.data,
            person_id=viewer().person_id,
            now=clock.now(),
        )
    except asks.NoLongerStandsError:
        flash(
            _("On ne peut pas y répondre : convocation pas encore partie, ou rencontre passée."),
            "warning",
        )
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
    else:
        db.session.commit()
        flash(_("La réponse est notée."), "success")
    return back_to(meeting_id, "qui-vient")
