"""An organisation's part in a project: asked for, confirmed, noted."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.agreements.routes.blueprint import agreements, back_to, partner_to_change
from app.agreements.rules import may_propose, may_seek_word
from app.agreements.services.parts import ask_part, give_part, give_step, note_part
from app.agreements.texts import PART, text_of
from app.core import clock
from app.core.viewer import Viewer
from app.plans.kinds import PartnerState
from app.plans.models import Partner, Step
from app.plans.queries.project import editable_steps
from app.plans.routes.blueprint import attempt, project_to_change
from app.plans.rules import acts_for
from app.web.database import db
from app.web.gate import fetch, viewer


def _may_confirm(who: Viewer, partner: Partner) -> bool:
    own = acts_for(who, partner.organisation_id, partner.project)
    return own or may_seek_word(who, partner)


@agreements.get("/partenaires/<public_id>/engagement")
def commitment(public_id: str) -> ResponseReturnValue:
    """The text that a yes commits to, before it is given."""
    partner = partner_to_change(public_id, _may_confirm)
    return render_template(
        "agreements/commitment.html",
        partner=partner,
        project=partner.project,
        text=text_of(PART),
        own=acts_for(viewer(), partner.organisation_id, partner.project),
    )


@agreements.post("/partenaires/<public_id>/confirmer")
def confirm(public_id: str) -> ResponseReturnValue:
    """A partner's own click; or its word, noted by who edits the project."""
    partner = partner_to_change(public_id, _may_confirm)
    who, now = viewer(), clock.now()
    if acts_for(who, partner.organisation_id, partner.project):
        verb = lambda: give_part(db.session(), partner, person_id=who.person_id, now=now)  # noqa: E731
        done = _("Votre engagement est noté.")
    else:
        verb = lambda: note_part(db.session(), partner, noted_by_id=who.person_id, now=now)  # noqa: E731
        done = _("Son accord de vive voix est noté, à votre nom.")
    if attempt(verb, done):
        db.session.commit()
    return back_to(partner.project, "partenaires")


@agreements.post("/partenaires/<public_id>/inviter")
def invite(public_id: str) -> ResponseReturnValue:
    """Ask one partner by mail whether it confirms."""
    partner = partner_to_change(public_id, may_seek_word)
    if attempt(lambda: _ask(partner), _("La demande part par courriel.")):
        db.session.commit()
    return back_to(partner.project, "partenaires")


@agreements.post("/projets/<public_id>/inviter")
def invite_all(public_id: str) -> ResponseReturnValue:
    """Ask all who have not been asked yet."""
    project = project_to_change(public_id, may_propose)
    waiting = [
        one
        for one in project.partners
        if one.state is PartnerState.APPROACHED
        and one.organisation_id not in viewer().organisations
    ]
    if not waiting:
        flash(_("Chacun a déjà reçu sa demande."), "info")
        return back_to(project, "partenaires")

    def verb() -> None:
        for partner in waiting:
            _ask(partner)

    if attempt(verb, _("Les demandes partent par courriel.")):
        db.session.commit()
    return back_to(project, "partenaires")


@agreements.post("/etapes/<public_id>/engagement")
def commit_step(public_id: str) -> ResponseReturnValue:
    """« Nous nous en chargeons », by a member of the organisation that leads the step."""
    step = fetch(editable_steps(viewer()), public_id, _is_own_step)

    def verb() -> None:
        give_step(
            db.session(),
            step,
            organisation_id=step.lead_organisation_id,
            person_id=viewer().person_id,
            now=clock.now(),
        )

    if attempt(verb, _("C’est noté : votre organisation s’en charge.")):
        db.session.commit()
    return back_to(step.project, "accords")


def _is_own_step(who: Viewer, step: Step) -> bool:
    return acts_for(who, step.lead_organisation_id, step.project)


def _ask(partner: Partner) -> None:
    ask_part(db.session(), partner, asker_id=viewer().person_id, now=clock.now())
