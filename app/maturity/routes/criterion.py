"""One criterion: what it asks, what proves it, and what a person says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.clock import local_day
from app.core.french import NBSP, plain_date
from app.core.refusals import RefusedError, StaleError
from app.frameworks.format import walk
from app.frameworks.queries import kind_of
from app.journal.recorder import batch_of
from app.maturity.explaining import explained_criterion
from app.maturity.forms import BranchForm, ConfirmForm, FileForm, LinkForm, MeetingForm
from app.maturity.kinds import CriterionStatus
from app.maturity.proposals import wants_comment
from app.maturity.queries.homes import homes
from app.maturity.queries.proofs import (
    linkable_meetings,
    linkable_parts,
    linkable_projects,
)
from app.maturity.routes.blueprint import Place, assessment_of, maturity, place_of, text_read
from app.maturity.rules import may_assess
from app.maturity.services.assessing import confirm_status
from app.maturity.services.status_back import leaves_a_trace
from app.maturity.wanted_proofs import expected_evidence
from app.web.database import db
from app.web.gate import viewer
from app.web.htmx import fragment, wants_fragment
from app.web.undo import flash_with_undo


@maturity.get("/territoires/<public_id>/maturite/<framework_id>/<ref>")
def criterion(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    return answer(place_of(public_id, framework_id, ref))


@maturity.post("/territoires/<public_id>/maturite/<framework_id>/<ref>")
def confirm(public_id: str, framework_id: str, ref: str) -> ResponseReturnValue:
    place = place_of(public_id, framework_id, ref, to_change=True)
    form = _form(place)
    if not form.validate_on_submit() or not _says_why(place, form):
        return answer(place, form, status=422)
    try:
        _confirm(place, form)
    except StaleError:
        db.session.rollback()
        return _show_both(place, form)
    except RefusedError as refusal:
        db.session.rollback()
        flash(_(str(refusal)), "warning")
        return answer(place, form, status=422)
    _say(place, form)
    db.session.commit()
    if not wants_fragment():
        return redirect(address(place), code=303)
    return answer(place_of(public_id, framework_id, ref))


def _say(place: Place, form: ConfirmForm) -> None:
    """What was done, with a way back where it changed anything."""
    said = _("%(ref)s est confirmé.", ref=place.criterion.ref)
    if place.branch and form.chosen is CriterionStatus.UNSET and not form.not_concerned.data:
        said = _("%(ref)s n’a plus de statut propre.", ref=place.criterion.ref)
    batch = batch_of(db.session())
    if not leaves_a_trace(db.session(), batch):
        flash(said, "success")
        return
    undo = url_for(
        "maturity.take_back",
        public_id=place.territory.public_id,
        framework_id=place.framework.public_id,
        ref=place.criterion.ref,
        batch=batch,
        annee=place.standing.year,
    )
    flash_with_undo(said, undo)


def _form(place: Place, **filled: Any) -> ConfirmForm:
    return BranchForm(**filled) if place.branch else ConfirmForm(**filled)


def _says_why(place: Place, form: ConfirmForm) -> bool:
    """Saying otherwise than the plan takes a word; so does « non concerné »."""
    proposal = place.criterion.proposal
    otherwise = proposal is not None and wants_comment(proposal, form.chosen, form.fractions)
    if (otherwise or form.not_concerned.data) and not (form.comment.data or "").strip():
        if proposal is None:
            why = _("Dites en quelques mots pourquoi cela ne concerne pas votre territoire.")
        elif proposal.is_split:
            why = _("Dites en quelques mots pourquoi\u00a0: données et preuves se contredisent.")
        else:
            why = _("Dites en quelques mots pourquoi\u00a0: le plan, lui, n’en dit pas autant.")
        form.comment.errors = [why]
        return False
    return True


def _confirm(place: Place, form: ConfirmForm) -> None:
    confirm_status(
        db.session(),
        assessment_of(place.standing),
        ref=place.criterion.ref,
        status=form.chosen,
        fractions=form.fractions,
        concerned=not form.not_concerned.data,
        comment=form.comment.data or "",
        person_id=viewer().person_id,
        now=clock.now(),
        seen_version=form.version.data,
        text_id=text_read(place.standing, form.text.data),
    )


def _show_both(place: Place, form: ConfirmForm) -> ResponseReturnValue:
    """Somebody was quicker: their words beside what was typed, and nothing is lost."""
    said = place.criterion.confirmed
    form.version.process_data(said.version if said else None)
    form.text.process_data(place.standing.version)
    return answer(place, form, status=409, theirs=True)


def address(place: Place, anchor: str | None = None, removed: str | None = None) -> str:
    return url_for(
        "maturity.criterion",
        public_id=place.territory.public_id,
        framework_id=place.framework.public_id,
        ref=place.criterion.ref,
        annee=place.standing.year,
        retiree=removed,
        _anchor=anchor,
    )


@dataclass(frozen=True)
class ProofForms:
    """The ways to link a proof; one that was refused stands as it was typed."""

    link: LinkForm | None = None
    meeting: MeetingForm | None = None
    file: FileForm | None = None


def answer(
    place: Place,
    form: ConfirmForm | None = None,
    *,
    proofs: ProofForms | None = None,
    status: int = 200,
    theirs: bool = False,
    removed: str | None = None,
) -> ResponseReturnValue:
    """The criterion's part for htmx, its page otherwise."""
    may = may_assess(viewer(), place.territory)
    is_open = place.standing.assessment is not None and place.standing.frozen_on is None
    context = {
        "territory": place.territory,
        "standing": place.standing,
        "criterion": place.criterion,
        "branch": place.branch,
        "above": place.above,
        "changed": place.changed,
        "base": f"/territoires/{place.territory.public_id}/maturite",
        "form": (form or _filled(place)) if may and is_open else None,
        "proofs": _proof_forms(place, proofs or ProofForms(), is_open) if may else None,
        "homes": homes(db.session(), place.territory.id, place.framework.key) if may else [],
        "removed": removed or request.args.get("retiree"),
        "theirs": theirs,
        "zone": place.territory.time_zone,
    }
    if wants_fragment():
        return fragment("maturity/_criterion.html", status, **context)
    roots = place.ground.roots
    node = next(node for node in walk(roots) if node.id == place.criterion.ref)
    expected = expected_evidence(roots, node.id)
    page = render_template(
        "maturity/criterion.html",
        node=node,
        expected=expected,
        kind=kind_of(roots),
        explained=explained_criterion(place.ground, node.id),
        **context,
    )
    return page, status


def _filled(place: Place) -> ConfirmForm:
    """The form as it opens: what was said, or what the plan proposes where nothing was."""
    said, proposal = place.criterion.confirmed, place.criterion.proposal
    proposed = proposal.status if proposal else CriterionStatus.UNSET
    parts = said.fractions if said else proposal and proposal.fractions
    done, planned, _rest = parts or (None, None, None)
    return _form(
        place,
        formdata=None,
        data={
            "status": said.status if said else proposed,
            "done": None if done is None else round(done * 100),
            "planned": None if planned is None else round(planned * 100),
            "not_concerned": said is not None and not said.concerned,
            "comment": said.comment if said else "",
            "version": said.version if said else None,
            "text": place.standing.version,
        },
    )


def _proof_forms(place: Place, given: ProofForms, is_open: bool) -> ProofForms:
    return ProofForms(
        link=given.link or _link_form(place),
        meeting=given.meeting or _meeting_form(place),
        file=(given.file or FileForm(formdata=None)) if is_open else None,
    )


def meetings_to_choose(place: Place) -> list[tuple[str, str]]:
    """(public id, « 12 mars 2026 : Atelier… ») of the territory's meetings."""
    zone = place.territory.time_zone
    return [
        (public_id, f"{plain_date(local_day(starts_at, zone))}{NBSP}: {title}")
        for public_id, title, starts_at in linkable_meetings(db.session(), place.territory.id)
    ]


def _meeting_form(place: Place) -> MeetingForm | None:
    """None where there is no meeting to choose."""
    form = MeetingForm(formdata=None)
    form.offer(meetings_to_choose(place))
    return form if form.meeting.choices else None


def _link_form(place: Place) -> LinkForm:
    """The projects, and the steps of the one that was chosen."""
    projects = linkable_projects(db.session(), place.territory.id)
    asked = request.values.get("project", "")
    chosen = asked if asked in {public_id for public_id, _title in projects} else ""
    form = LinkForm(formdata=None, data={"project": chosen})
    form.offer(projects, linkable_parts(db.session(), chosen) if chosen else [])
    return form
