"""Linking what proves a criterion, taking it away, and bringing it back."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Territory
from app.core import clock
from app.core.refusals import RefusedError
from app.files.routes.blueprint import store
from app.files.routes.shelf import uploaded
from app.files.services import give_document
from app.frameworks.models import Framework
from app.initiatives.models import Meeting
from app.maturity.forms import FileForm, LinkForm, MeetingForm
from app.maturity.models import Assessment, Evidence
from app.maturity.queries.proofs import linkable_parts, linkable_projects, part_named
from app.maturity.routes.blueprint import Place, assessment_of, attempt, maturity, place_of
from app.maturity.routes.criterion import (
    ProofForms,
    address,
    answer,
    meetings_to_choose,
)
from app.maturity.rules import may_change_evidence, visible_evidence
from app.maturity.services.assessing import require_open
from app.maturity.services.evidence import (
    Subject,
    link_evidence,
    relink_evidence,
    unlink_evidence,
)
from app.maturity.shelf import AssessmentShelf
from app.plans.models import Project
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import wants_fragment


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/<ref>/preuves")
def link(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    """A project, or a step or an indicator of it."""
    place = place_of(public_id, framework_id, ref, to_change=True)
    form = LinkForm()
    form.offer(
        linkable_projects(db.session(), place.territory.id),
        linkable_parts(db.session(), request.form.get("project", "")),
    )
    if not form.validate_on_submit():
        return answer(place, proofs=ProofForms(link=form), status=422)
    attempt(lambda: _link(place, _subject(form), form.note.data), _("La preuve est reliée."))
    return _shown_again(place)


def _subject(form: LinkForm) -> Subject:
    session = db.session()
    if form.part.data:
        return part_named(session, form.part.data)
    return session.scalars(select(Project).where(Project.public_id == form.project.data)).one()


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/<ref>/rencontres")
def link_meeting(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    place = place_of(public_id, framework_id, ref, to_change=True)
    form = MeetingForm()
    form.offer(meetings_to_choose(place))
    if not form.validate_on_submit():
        return answer(place, proofs=ProofForms(meeting=form), status=422)
    named = select(Meeting).where(Meeting.public_id == form.meeting.data)
    meeting = db.session.scalars(named).one()
    attempt(lambda: _link(place, meeting, form.note.data), _("La rencontre est reliée."))
    return _shown_again(place)


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/<ref>/fichiers")
def link_file(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    """Take a file and link it, both or neither."""
    place = place_of(public_id, framework_id, ref, to_change=True)
    form = FileForm()
    form.today = clock.local_day(clock.now(), place.territory.time_zone)
    if not form.validate_on_submit() or not _is_kept(place, form):
        return answer(place, proofs=ProofForms(file=form), status=422)
    db.session.commit()
    flash(_("Le document est relié."), "success")
    return _shown_again(place)


def _is_kept(place: Place, form: FileForm) -> bool:
    """Whether the file was taken; if not, the form says why."""
    try:
        document = give_document(
            db.session(),
            store(),
            AssessmentShelf(viewer(), _open_year(place)),
            upload=uploaded(form.file.data),
            title=form.title.data or "",
            organisation_id=None,
            person_id=viewer().person_id,
            now=clock.now(),
        )
        db.session.flush()
        _link(place, document, form.note.data, proved_on=form.proved_on.data)
    except RefusedError as refusal:
        db.session.rollback()
        form.file.errors = [_(str(refusal))]
        return False
    return True


def _open_year(place: Place) -> Assessment:
    found = assessment_of(place.standing)
    require_open(db.session(), found)
    return found


def _link(
    place: Place, subject: Subject, note: str | None, *, proved_on: date | None = None
) -> None:
    link_evidence(
        db.session(),
        territory_id=place.territory.id,
        framework_key=place.framework.key,
        ref=place.criterion.ref,
        subject=subject,
        note=note or "",
        proved_on=proved_on,
        person_id=viewer().person_id,
        now=clock.now(),
    )


@maturity.post("/preuves/<public_id>/retirer")
def unlink(public_id: str) -> ResponseReturnValue:
    evidence = fetch(visible_evidence(viewer()), public_id, may_change_evidence)
    place = _place_around(evidence)
    attempt(
        lambda: unlink_evidence(db.session(), evidence, now=clock.now()),
        _("La preuve est retirée."),
    )
    return _shown_again(place, removed=public_id)


@maturity.post("/preuves/<public_id>/remettre")
def relink(public_id: str) -> ResponseReturnValue:
    evidence = fetch(visible_evidence(viewer()), public_id, may_change_evidence)
    attempt(lambda: relink_evidence(db.session(), evidence), _("La preuve est de nouveau reliée."))
    return _shown_again(_place_around(evidence))


def _place_around(evidence: Evidence) -> Place:
    """The criterion that a proof is linked to, as an address would name it."""
    territory_id, framework_id = db.session.execute(
        select(Territory.public_id, Framework.public_id)
        .select_from(Evidence)
        .join(Territory, Territory.id == Evidence.territory_id)
        .join(Framework, Framework.key == Evidence.framework_key)
        .where(Evidence.id == evidence.id)
    ).one()
    return place_of(territory_id, framework_id, evidence.ref)


def _shown_again(place: Place, removed: str | None = None) -> ResponseReturnValue:
    """The criterion as it stands now: read anew, since a proof came or went."""
    if not wants_fragment():
        return redirect(address(place, "preuves", removed), code=303)
    now = place_of(place.territory.public_id, place.framework.public_id, place.criterion.ref)
    return answer(now, removed=removed)
