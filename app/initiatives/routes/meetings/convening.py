"""Whom to invite, and the convocations: read before anything leaves."""

from __future__ import annotations

import re

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.refusals import RefusedError
from app.initiatives.forms.groups import place_value, read_places
from app.initiatives.mails.convocation import convocation_text
from app.initiatives.models import Attendee
from app.initiatives.queries.people import contacts, invitable, likely
from app.initiatives.queries.told import last_told
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.meetings.reaching import back_to, links, meeting_here
from app.initiatives.rules.meetings import kept_attendees, may_keep, may_run_meeting
from app.initiatives.services import convening as verbs
from app.plans.routes.blueprint import attempt
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to


@initiatives.get("/rencontres/<public_id>/invites")
def guests(public_id: str) -> ResponseReturnValue:
    """The people of the territory to tick; who is likely concerned is ticked already."""
    found, session = meeting_here(public_id, may_run_meeting), db.session()
    invited = {one.person_id for one in found.attendees} - {None}
    firms = {one.organisation_id for one in found.attendees}
    wanted = likely(session, found)
    firms_wanted = {organisation for organisation, person in wanted if person is None}
    people_wanted = {person for _organisation, person in wanted}
    return render_template(
        "initiatives/guests.html",
        meeting=found,
        offers=invitable(session, found.territory_id),
        invited=invited,
        firms=firms,
        is_likely=lambda one, at, person: (
            person in people_wanted or (one in firms_wanted and at == 0 and one not in firms)
        ),
        value=place_value,
    )


@initiatives.post("/rencontres/<public_id>/invites")
def invite(public_id: str) -> ResponseReturnValue:
    found, session = meeting_here(public_id, may_run_meeting), db.session()
    places = read_places(request.form.getlist("qui"), invitable(session, found.territory_id))
    if not places:
        flash(_("Cochez d’abord qui inviter."), "info")
        return leave_to(url_for("initiatives.guests", public_id=public_id))
    if attempt(lambda: verbs.invite(session, found, places)):
        session.commit()
        flash(_("La liste est à jour. Relisez la convocation avant de l’envoyer."), "success")
        return leave_to(url_for("initiatives.convocations", public_id=public_id))
    return back_to(public_id)


@initiatives.post("/invites/<public_id>/retirer")
def uninvite(public_id: str) -> ResponseReturnValue:
    attendee = fetch(kept_attendees(viewer()), public_id, may_keep)
    meeting_id = attendee.meeting.public_id
    done = _("La personne n’est plus sur la liste.")
    if attempt(lambda: verbs.uninvite(db.session(), attendee), done):
        db.session.commit()
    return back_to(meeting_id, "qui-vient")


@initiatives.get("/rencontres/<public_id>/convocations")
def convocations(public_id: str) -> ResponseReturnValue:
    """Who will receive what: nothing leaves before this page's button."""
    found, session = meeting_here(public_id, may_run_meeting), db.session()
    by_mail, by_phone = verbs.guests(verbs.unconvened(found))
    return render_template(
        "initiatives/convocations.html",
        meeting=found,
        by_mail=by_mail,
        by_phone=by_phone,
        callees=contacts(session, [one.organisation_id for one in by_phone]),
        is_late=found.starts_at <= clock.now(),
        **_preview(by_mail),
    )


def _preview(by_mail: list[Attendee]) -> dict[str, object]:
    """The mail as the first one on the list will read it."""
    if not by_mail:
        return {"subject": None, "paragraphs": []}
    url = f"{links().base_url}/presence/…"
    first = by_mail[0]
    known = last_told(db.session(), [first]).get(first.id)
    made = convocation_text(db.session(), first, url, known)
    # a link of nobody's is no use here: what stands on its button is
    text = re.sub(rf"^(.+) : {re.escape(url)}\S*$", r"[ \1 ]", made.text, flags=re.MULTILINE)
    return {"subject": made.subject, "paragraphs": text.strip().split("\n\n")}


@initiatives.post("/rencontres/<public_id>/convocations")
def convene(public_id: str) -> ResponseReturnValue:
    found = meeting_here(public_id, may_run_meeting)
    try:
        sent = verbs.convene(db.session(), found, asker_id=viewer().person_id, now=clock.now())
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return back_to(public_id)
    db.session.commit()
    if sent.mails:
        flash(
            _("Les convocations partent : %(n)s. Les réponses arrivent ici.", n=sent.mails),
            "success",
        )
    if sent.to_call:
        flash(_("Sans adresse, à prévenir par téléphone : %(n)s.", n=len(sent.to_call)), "info")
    if not (sent.mails or sent.to_call):
        flash(_("Chacun a déjà reçu sa convocation."), "info")
    return back_to(public_id, "qui-vient")
