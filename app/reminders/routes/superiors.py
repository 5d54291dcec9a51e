"""« Écrire à quelqu’un d’autre » of an organisation: the text is shown, and leaves as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Person, Territory
from app.accounts.queries.people import Contact
from app.core import clock
from app.core.refusals import RefusedError
from app.plans.models import Step
from app.reminders.forms import SuperiorForm
from app.reminders.queries.callee import CalleePage
from app.reminders.routes.blueprint import reminders
from app.reminders.routes.callees import callee_here, caller_of, here_of
from app.reminders.services.superiors import write_to_superior
from app.reminders.superiors import subject_of
from app.reminders.words import plea
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import leave_to
from app.web.undo import flash_with_undo


@reminders.route(
    "/territoires/<public_id>/appels/<organisation_id>/ecrire/<person_id>",
    methods=["GET", "POST"],
)
def superior(public_id: str, organisation_id: str, person_id: str) -> ResponseReturnValue:
    territory, today = here_of(public_id)
    found = callee_here(territory, organisation_id, today)
    reader = _reader(found, person_id)
    back = f"/territoires/{public_id}/appels/{organisation_id}"
    steps = _steps(found)
    if not steps:
        flash(_("Rien n’attend plus ici : il n’y a pas à écrire."), "info")
        return leave_to(back)
    form = SuperiorForm(data={"body": _proposed(found, reader, steps)})
    if not form.validate_on_submit():
        return _page(territory, found, reader, steps, form)
    try:
        note = write_to_superior(
            db.session(),
            caller=caller_of(territory, found),
            place=reader.place,
            steps=steps,
            body=form.body.data or "",
            now=clock.now(),
            today=today,
        )
    except RefusedError as refusal:
        db.session.rollback()
        form.body.errors = [_(str(refusal))]
        return _page(territory, found, reader, steps, form)
    db.session.commit()
    said = _("Votre courriel à %(name)s part dans cinq minutes.", name=reader.person.name)
    flash_with_undo(said, f"/notes/{note.public_id}/annuler")
    return leave_to(back)


def _reader(found: CalleePage, person_id: str) -> Contact:
    """Somebody of the organisation who can be written to, other than whom the automat wrote to."""
    reader = next((one for one in found.contacts if one.person.public_id == person_id), None)
    if reader is None or not found.may_be_written_to(reader):
        abort(404)
    return reader


def _steps(found: CalleePage) -> list[Step]:
    """The organisation’s own among what waits; of a form, those that it showed."""
    own = [one for one in found.steps if one.lead_organisation_id == found.organisation.id]
    if request.method == "GET":
        return own
    shown = request.form.getlist("etape")
    return [step for step in own if step.public_id in shown]


def _proposed(found: CalleePage, reader: Contact, steps: Sequence[Step]) -> str:
    due = {line.step_id: line.due_on for line in found.lines}
    by = db.session().get_one(Person, viewer().person_id)
    return plea(
        reader.person.name,
        found.organisation.name,
        [(step.title, due[step.id]) for step in steps],
        found.named_person,
        by.name,
    )


def _page(
    territory: Territory,
    found: CalleePage,
    reader: Contact,
    steps: Sequence[Step],
    form: SuperiorForm,
) -> ResponseReturnValue:
    page = render_template(
        "reminders/superior.html",
        place=territory,
        found=found,
        reader=reader,
        steps=steps,
        subject=subject_of(steps, found.organisation.name),
        form=form,
    )
    return page, 422 if request.method == "POST" else 200
