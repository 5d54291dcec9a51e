"""Saying whether one comes: behind the mail without an account, or on the meeting's page.

Scanners open the links of mails: a GET changes nothing, the buttons answer.
"""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.grants import live_grant
from app.accounts.kinds import AskKind, GrantPurpose
from app.accounts.models import Ask
from app.accounts.services import asks
from app.agreements.queries.questions import may_still_answer
from app.core import clock
from app.core.refusals import RefusedError
from app.initiatives import words
from app.initiatives.forms.meetings import ReplyForm
from app.initiatives.kinds.meetings import MeetingState, Rsvp
from app.initiatives.models import Attendee
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import back_to, links
from app.initiatives.rules.meetings import kept_attendees, may_answer, may_keep
from app.initiatives.services.convening import SUBJECT, reply
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
    if attendee.meeting.state is MeetingState.CANCELLED or attendee.meeting.ends_at <= now:
        return _over()
    action = url_for("initiatives.answer_by_link", token=token)
    if request.method == "POST":
        act_as(grant.person_id, by_link=True)
        return _take(attendee, grant.person_id, action, now)
    return _page(attendee, action)


def _take(attendee: Attendee, person_id: int, action: str, now: datetime) -> ResponseReturnValue:
    said, form = read_answer(), ReplyForm()
    if said is None or len(form.words.data or "") > 400:
        return _page(
            attendee, action, _("La réponse n’a pas pu être lue. Rien n’a été changé.")
        ), 422
    attendee_id = attendee.id
    try:
        reply(
            db.session(),
            attendee,
            answer=said,
            words=form.words.data,
            person_id=person_id,
            now=now,
        )
    except asks.NoLongerStandsError:
        db.session.rollback()
        return _over()
    except RefusedError as refusal:
        db.session.rollback()
        kept = db.session.get_one(Attendee, attendee_id)
        return _page(kept, action, _(str(refusal))), 422
    db.session.commit()
    return redirect(action, code=303)


def read_answer() -> Rsvp | None:
    said = request.form.get("reponse", "")
    return Rsvp(said) if said in {one.value for one in Rsvp} else None


def _page(attendee: Attendee, action: str, trouble: str | None = None) -> str:
    meeting = attendee.meeting
    return render_template(
        "initiatives/presence.html",
        one=attendee,
        meeting=meeting,
        when=words.when(meeting.starts_at, meeting.ends_at, meeting.territory.time_zone),
        action=action,
        trouble=trouble,
        wanted=request.values.get("reponse"),
        typed=request.form.get("words", ""),
        territory=meeting.territory,
    )


def _over() -> ResponseReturnValue:
    """The same for a link revoked, a meeting over or cancelled, or one that was never ours."""
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
