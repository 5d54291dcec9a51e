"""« Les opérateurs »: who runs the installation."""

from __future__ import annotations

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.kinds import AskKind
from app.accounts.models import Person
from app.accounts.queries.invitations import invitations_of_kind
from app.accounts.queries.operators import operators
from app.accounts.queries.people import with_account
from app.accounts.routes.waiting_invitations import VERBS, waiting
from app.accounts.services import asks
from app.accounts.services import operators as verbs
from app.core import clock
from app.core.refusals import RefusedError
from app.upkeep.forms import ColleagueForm
from app.upkeep.queries import ended_operators
from app.upkeep.routes.blueprint import operating
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to


@operating.get("/exploitation/operateurs")
def operator_list() -> ResponseReturnValue:
    session, now = db.session(), clock.now()
    people = operators(session)
    known = with_account(session, {person.id for person in people})
    return render_template(
        "upkeep/operators.html",
        people=[(person, person.id in known) for person in people],
        ended=ended_operators(session, now),
        invitations=[
            (one, asks.shown_state(one.ask, now))
            for one in invitations_of_kind(session, AskKind.OPERATOR)
        ],
    )


@operating.route("/exploitation/operateurs/inviter", methods=["GET", "POST"])
def invite_operator() -> ResponseReturnValue:
    form = ColleagueForm()
    if form.validate_on_submit() and _invited(form):
        db.session.commit()
        flash(_("L’invitation part vers %(email)s.", email=form.email.data), "success")
        return _back()
    page = render_template("upkeep/invite_operator.html", form=form)
    return page, 422 if request.method == "POST" else 200


@operating.post("/exploitation/operateurs/<person_id>/fin")
def end_operator(person_id: str) -> ResponseReturnValue:
    """Somebody, or oneself, runs it no longer."""
    session = db.session()
    listed = (*operators(session), *ended_operators(session, clock.now()))
    person = _among(listed, person_id)
    try:
        ended = verbs.end_operator(session, person, by_id=viewer().person_id)
    except RefusedError as refusal:
        flash(_(str(refusal)), "warning")
        return _back()
    db.session.commit()
    if ended:
        flash(_("%(name)s n’exploite plus cette installation.", name=person.name), "success")
    return _back() if person.id != viewer().person_id else leave_to(url_for("reports.today"))


@operating.post("/exploitation/operateurs/<person_id>/remettre")
def restore_operator(person_id: str) -> ResponseReturnValue:
    """Undo an end of today or yesterday."""
    session = db.session()
    person = _among((*ended_operators(session, clock.now()), *operators(session)), person_id)
    verbs.restore_operator(person)
    db.session.commit()
    flash(_("%(name)s exploite de nouveau cette installation.", name=person.name), "success")
    return _back()


@operating.post("/exploitation/operateurs/invitations/<ask_id>/<verb>")
def settle_operator_invitation(ask_id: str, verb: str) -> ResponseReturnValue:
    """Mail an invitation again (`renouveler`), or take it back (`retirer`)."""
    settle = VERBS.get(verb) or abort(404)
    settle(waiting(invitations_of_kind(db.session(), AskKind.OPERATOR), ask_id))
    return _back()


def _among(people: tuple[Person, ...], person_id: str) -> Person:
    return next((one for one in people if one.public_id == person_id), None) or abort(404)


def _invited(form: ColleagueForm) -> bool:
    try:
        verbs.invite_operator(
            db.session(),
            name=str(form.name.data),
            email=str(form.email.data),
            note=form.note.data,
            asker_id=viewer().person_id,
            now=clock.now(),
        )
    except RefusedError as refusal:
        form.email.errors = [_(str(refusal))]
        return False
    return True


def _back() -> ResponseReturnValue:
    return leave_to(url_for("operating.operator_list"))
