"""« Ce qui a été décidé »: drafted, reread, and mailed when its pilot says so."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import RefusedError, StaleError
from app.initiatives.forms.meetings import ResultsForm
from app.initiatives.kinds.meetings import MeetingState
from app.initiatives.models import Meeting
from app.initiatives.queries.results import drafted, read_lately, readers, results_of
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import back_to, meeting_here
from app.initiatives.rules.meetings import may_run_meeting
from app.initiatives.services import results as verbs
from app.web.database import db
from app.web.htmx import leave_to


@initiatives.route("/rencontres/<public_id>/resultats", methods=["GET", "POST"])
def results(public_id: str) -> ResponseReturnValue:
    """The draft to reread; saving keeps it, « Enregistrer et envoyer » mails it."""
    found = meeting_here(public_id, may_run_meeting)
    if found.state is not MeetingState.HELD:
        flash(_("Dites d’abord que la rencontre a eu lieu."), "info")
        return back_to(public_id)
    session = db.session()
    known = results_of(session, found)
    today = clock.local_day(clock.now(), found.territory.time_zone)
    form = ResultsForm(
        data={
            "body": known.body if known else drafted(session, found, today),
            "version": known.version if known else verbs.NOTHING_YET,
        }
    )
    if request.method == "POST" and form.validate_on_submit():
        return _keep(found, form)
    return _page(found, form), 422 if request.method == "POST" else 200


def _page(found: Meeting, form: ResultsForm, theirs: str | None = None) -> str:
    session = db.session()
    today = clock.local_day(clock.now(), found.territory.time_zone)
    known, lately = results_of(session, found), read_lately(session, found)
    is_first = known is None or not known.sent_number
    return render_template(
        "initiatives/results.html",
        meeting=found,
        lately=lately if is_first and lately and today < lately.next_on else None,
        form=form,
        theirs=theirs,
        results=known,
        readers=readers(session, found),
        fresh=drafted(session, found, today),
    )


def _keep(found: Meeting, form: ResultsForm) -> ResponseReturnValue:
    session, sends = db.session(), request.form.get("suite") == "envoyer"
    try:
        kept = verbs.write_results(session, found, body=_body(form), seen_version=form.version.data)
        mails = verbs.send_results(session, kept, now=clock.now()) if sends else 0
    except StaleError:
        session.rollback()
        theirs = results_of(session, found)
        form.catch_up(theirs.version if theirs else verbs.NOTHING_YET)
        return _page(found, form, theirs=theirs.body if theirs else ""), 409
    except verbs.TooSoonError as refusal:
        # the text stands; only its leaving waits
        session.commit()
        flash(_(str(refusal)), "warning")
        return leave_to(url_for("initiatives.results", public_id=found.public_id))
    except RefusedError as refusal:
        session.rollback()
        flash(_(str(refusal)), "warning")
        return _page(found, form), 422
    session.commit()
    if sends:
        flash(
            _("Les résultats partent : %(n)s courriels. Ils restent sur cette page.", n=mails),
            "success",
        )
        return back_to(found.public_id, "resultats")
    flash(_("Le brouillon est gardé. Rien n’est parti."), "success")
    return leave_to(url_for("initiatives.results", public_id=found.public_id))


def _body(form: ResultsForm) -> str:
    return (form.body.data or "").replace("\r\n", "\n")
