"""« Noter un appel » from anywhere: one screen, taken back by a tap."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Organisation
from app.core import clock
from app.core.french import to
from app.core.refusals import RefusedError, StaleError
from app.initiatives.forms.notes import NoteForm
from app.initiatives.kinds.notes import NoteKind
from app.initiatives.models import Campaign, ContactNote
from app.initiatives.queries.campaigns import company_of
from app.initiatives.queries.organisations import Choice, proposed
from app.initiatives.routes.blueprint import initiatives
from app.initiatives.routes.notes.about import About, about_what, named_in, people_of, place_of
from app.initiatives.rules.notes import may_change_note, visible_notes
from app.initiatives.services.campaigns import move_by_note
from app.initiatives.services.notes import edit_note, take_back, take_note
from app.plans.models import Step
from app.plans.rules import may_edit_project
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import leave_to
from app.web.navigation import show_territory
from app.web.undo import came_from, flash_with_undo, way_back

# before the organisation is known, its territory's clock is not: metropolitan time
ZONE = "Europe/Paris"


@initiatives.route("/notes/nouvelle", methods=["GET", "POST"])
def new_note() -> ResponseReturnValue:
    about = about_what()
    today = clock.local_day(clock.now(), ZONE)
    form = NoteForm(
        data={
            "organisation": about.organisation.name if about.organisation else "",
            "kind": NoteKind.CALL.value,
            "noted_on": today,
        }
    )
    form.offer(has_organisation=bool(viewer().organisations), people=about.people)
    if not form.validate_on_submit():
        return _page(form, about, [], 422 if request.method == "POST" else 200)
    organisation, meant = named_in(form.organisation.data or "", about)
    if organisation is None:
        form.organisation.errors = [
            _("Laquelle ? Choisissez ci-dessous.")
            if meant
            else _("Aucune organisation de ce nom : choisissez-en une de la liste.")
        ]
        return _page(form, about, meant, 422)
    note = _taken(form, organisation, about)
    if note is None:
        return _page(form, about, [], 422)
    if about.campaign is not None:
        _move_on(about.campaign, organisation, note)
    db.session.commit()
    flash_with_undo(
        _said_of(note, organisation), url_for("initiatives.undo_note", public_id=note.public_id)
    )
    return leave_to(way_back(url_for("accounts.organisation", public_id=organisation.public_id)))


def _taken(form: NoteForm, organisation: Organisation, about: About) -> ContactNote | None:
    """The note, or None with the reason at the form."""
    territory, author_organisation_id = place_of(organisation, about)
    now = clock.now()
    here = about.project is not None and about.project.territory_id == territory.id
    steps = [about.step] if about.step and here and _speaks_of(about.step, organisation) else []
    try:
        return take_note(
            db.session(),
            territory_id=territory.id,
            organisation_id=organisation.id,
            author_id=viewer().person_id,
            author_organisation_id=author_organisation_id,
            said=form.said(),
            now=now,
            today=clock.local_day(now, territory.time_zone),
            project_id=about.project.id if about.project and here else None,
            steps=steps,
        )
    except RefusedError as refusal:
        db.session.rollback()
        form.body.errors = [_(str(refusal))]
        return None


def _speaks_of(step: Step, organisation: Organisation) -> bool:
    """A call rests a step where it is to whoever leads it, by somebody who may edit the project."""
    mine = may_edit_project(viewer(), step.project)
    return mine and step.lead_organisation_id == organisation.id


def _move_on(campaign: Campaign, organisation: Organisation, note: ContactNote) -> None:
    """Who is called from a campaign is no longer « à contacter » there."""
    if company_of(db.session(), campaign, organisation.public_id) is not None:
        move_by_note(
            db.session(),
            campaign,
            organisation_id=organisation.id,
            kind=note.kind,
            person_id=viewer().person_id,
            now=clock.now(),
        )


def _said_of(note: ContactNote, organisation: Organisation) -> str:
    words: dict[NoteKind, str] = {
        NoteKind.CALL: _("L’appel %(to_name)s est noté.", to_name=to(organisation.name)),
        NoteKind.VISIT: _("La visite chez %(name)s est notée.", name=organisation.name),
        NoteKind.NOTE: _("La note sur %(name)s est gardée.", name=organisation.name),
    }
    return words[note.kind]


def _page(form: NoteForm, about: About, meant: list[Choice], status: int) -> ResponseReturnValue:
    if about.project is not None:
        show_territory(about.project.territory)
    page = render_template(
        "initiatives/notes/new.html",
        form=form,
        about=about,
        meant=meant,
        choices=proposed(db.session(), viewer()),
        # back to where one was when the call came
        suite=request.values.get("suite") or came_from(""),
    )
    return page, status


@initiatives.route("/notes/<public_id>/modifier", methods=["GET", "POST"])
def change_note(public_id: str) -> ResponseReturnValue:
    note = fetch(visible_notes(viewer()), public_id, may_change_note)
    show_territory(note.territory)
    form = NoteForm(obj=note)
    form.organisation.data = note.organisation.name
    form.offer(
        has_organisation=note.author_organisation_id is not None,
        people=people_of(note.organisation, note.person),
    )
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        status = _changed(form, note)
        if status == 303:
            db.session.commit()
            flash(_("La note est enregistrée."), "success")
            return leave_to(
                url_for("initiatives.organisation_notes", public_id=note.organisation.public_id)
            )
    page = render_template(
        "initiatives/notes/edit.html", form=form, note=note, theirs=note if status == 409 else None
    )
    return page, status


def _changed(form: NoteForm, note: ContactNote) -> int:
    """The status of the answer; what was typed stays in the form where it is none."""
    today = clock.local_day(clock.now(), note.territory.time_zone)
    try:
        edit_note(db.session(), note, seen_version=form.version.data, said=form.said(), today=today)
    except StaleError:
        db.session.rollback()
        form.catch_up(note.version)
        return 409
    except RefusedError as refusal:
        db.session.rollback()
        form.body.errors = [_(str(refusal))]
        return 422
    return 303


@initiatives.post("/notes/<public_id>/annuler")
def undo_note(public_id: str) -> ResponseReturnValue:
    note = fetch(visible_notes(viewer()), public_id, may_change_note)
    back = came_from(url_for("accounts.organisation", public_id=note.organisation.public_id))
    try:
        take_back(db.session(), note, now=clock.now())
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return leave_to(back)
    db.session.commit()
    letter = note.kind is NoteKind.LETTER
    kept = _("C’est annulé : ce courriel ne part pas.")
    flash(kept if letter else _("C’est annulé : rien n’est noté."), "info")
    return leave_to(back)
