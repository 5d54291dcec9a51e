"""Shared decisions: proposed from a project's page, answered and concluded there."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from app.agreements.kinds import ProposalKind, ProposalState
from app.agreements.models import Proposal
from app.agreements.queries.project import accords
from app.agreements.queries.unreached import unreached
from app.agreements.routes.blueprint import agreements, back_to, partner_to_change
from app.agreements.rules import (
    is_own_affair,
    may_conclude,
    may_propose,
    may_see_proposals,
    may_withdraw,
    speaks_for_project,
    visible_proposals,
)
from app.agreements.services import proposals
from app.agreements.services.parts import leave, take_role
from app.agreements.services.proposals import Wanted
from app.core import clock
from app.core.french import long_date
from app.core.viewer import Viewer
from app.plans.kinds import PartnerRole
from app.plans.models import Partner, Project
from app.plans.queries.project import open_steps_led
from app.plans.routes.blueprint import attempt, project_to_change
from app.plans.rules import may_retire
from app.web.database import db
from app.web.gate import fetch, viewer
from app.web.htmx import fragment, wants_fragment
from app.web.navigation import show_territory

WHOLE = {"close": ProposalKind.CLOSE, "abandon": ProposalKind.ABANDON}
DONE = {
    ProposalKind.CLOSE: "Le projet est clos. Il reste lisible.",
    ProposalKind.ABANDON: "Le projet est arrêté. Son histoire reste lisible.",
    ProposalKind.LEAD: "Le chef de file a changé.",
    ProposalKind.ROLE: "Le rôle est changé.",
    ProposalKind.REMOVE: "Le partenaire est retiré du projet.",
}


@agreements.get("/projets/<public_id>/accords")
def project_accords(public_id: str) -> ResponseReturnValue:
    """What is agreed and what waits: a panel of the project's page, and a page of its own."""
    project = project_to_change(public_id, may_see_proposals)
    may_ask = may_propose(viewer(), project)
    context = {
        "project": project,
        "may_ask": may_ask,
        "accords": accords(db.session(), viewer(), project, clock.now()),
        "unreached": unreached(db.session(), project.id, clock.now()) if may_ask else [],
    }
    if wants_fragment():
        return fragment("agreements/_project.html", **context)
    return render_template("agreements/project.html", **context)


@agreements.post("/projets/<public_id>/decisions")
def decide(public_id: str) -> ResponseReturnValue:
    """Close or stop a project: at once where nobody else owns it, else put to the others."""
    project = project_to_change(public_id, may_propose)
    kind = WHOLE.get(request.form.get("verb", ""))
    if kind is None:
        abort(400)
    _propose(project, Wanted(kind, reason=_words("reason")))
    return back_to(project, "accords")


@agreements.post("/partenaires/<public_id>/role")
def give_role(public_id: str) -> ResponseReturnValue:
    partner = partner_to_change(public_id)
    value = request.form.get("role", "")
    if not may_propose(viewer(), partner.project):
        abort(403)
    if value not in list(PartnerRole):
        abort(400)
    role = PartnerRole(value)
    if role is partner.role:
        return back_to(partner.project, "partenaires")
    if is_own_affair(viewer(), partner, ProposalKind.ROLE, role) and _is_light(partner):
        if attempt(
            lambda: take_role(db.session(), partner, role, now=clock.now()),
            _(DONE[ProposalKind.ROLE]),
        ):
            db.session.commit()
    elif role is PartnerRole.LEAD:
        _propose(partner.project, Wanted(ProposalKind.LEAD, partner))
    else:
        _propose(partner.project, Wanted(ProposalKind.ROLE, partner, role))
    return back_to(partner.project, "partenaires")


@agreements.route("/partenaires/<public_id>/retirer", methods=["GET", "POST"])
def retire(public_id: str) -> ResponseReturnValue:
    """Leave at once in one's own name; taking another partner out is put to the co-owners."""
    partner = partner_to_change(public_id, _may_end)
    own = _leaves(viewer(), partner)
    if request.method == "POST":
        if own:
            return _leave(partner)
        _propose(partner.project, Wanted(ProposalKind.REMOVE, partner, reason=_words("reason")))
        return back_to(partner.project, "partenaires")
    return render_template(
        "agreements/retire.html",
        partner=partner,
        project=partner.project,
        own=own,
        open_steps=_open_steps(partner),
    )


@agreements.post("/decisions/<public_id>/retirer")
def withdraw(public_id: str) -> ResponseReturnValue:
    proposal = _proposal(public_id)
    if not may_withdraw(viewer(), proposal):
        abort(403)
    if attempt(
        lambda: proposals.withdraw(db.session(), proposal, now=clock.now()),
        _("La proposition est retirée : rien n’a changé."),
    ):
        db.session.commit()
    return back_to(proposal.project, "accords")


@agreements.post("/decisions/<public_id>/conclure")
def conclude(public_id: str) -> ResponseReturnValue:
    """What the meeting decided."""
    proposal = _proposal(public_id)
    if not may_conclude(viewer(), proposal):
        abort(403)
    said = request.form.get("issue", "")
    if said not in ("adoptee", "ecartee"):
        abort(400)
    adopted = said == "adoptee"
    if attempt(
        lambda: proposals.conclude(db.session(), proposal, adopted=adopted, now=clock.now()),
        _("La décision de la rencontre est notée."),
    ):
        db.session.commit()
    target = request.form.get("suite")
    if target == "ordre-du-jour":
        url = url_for("agreements.agenda", public_id=proposal.project.territory.public_id)
        return redirect(url, code=303)
    return back_to(proposal.project, "accords")


def _proposal(public_id: str) -> Proposal:
    found = fetch(
        visible_proposals(viewer()).options(
            contains_eager(Proposal.project).joinedload(Project.territory),
            contains_eager(Proposal.project).joinedload(Project.theme),
            contains_eager(Proposal.project).selectinload(Project.partners),
        ),
        public_id,
    )
    show_territory(found.project.territory)
    return found


def _propose(project: Project, wanted: Wanted) -> None:
    made: list[Proposal] = []
    who = viewer()

    def verb() -> None:
        made.append(
            proposals.propose(
                db.session(),
                project,
                wanted,
                person_id=who.person_id,
                speaks_for=speaks_for_project(who, project),
                now=clock.now(),
            )
        )

    if not attempt(verb):
        return
    [proposal] = made
    db.session.commit()
    if proposal.state is ProposalState.EFFECTIVE:
        flash(_(DONE[proposal.kind]), "success")
        return
    flash(
        _(
            "C’est proposé aux autres porteurs. Sans objection d’ici le %(day)s, "
            "cela prend effet le lendemain ; tout continue en attendant.",
            day=long_date(proposal.open_until),
        ),
        "success",
    )


def _leave(partner: Partner) -> ResponseReturnValue:
    left = _open_steps(partner)
    leave(db.session(), partner, now=clock.now(), by_itself=True)
    db.session.commit()
    if left:
        flash(_("Les autres porteurs confieront vos étapes ouvertes à quelqu’un."), "info")
    flash(_("Votre organisation ne reçoit plus rien sur ce projet."), "success")
    return redirect(url_for("plans.mine"), code=303)


def _leaves(who: Viewer, partner: Partner) -> bool:
    return may_retire(who, partner.organisation_id, partner.project)


def _may_end(who: Viewer, partner: Partner) -> bool:
    return _leaves(who, partner) or may_propose(who, partner.project)


def _is_light(partner: Partner) -> bool:
    """The lead is handed on, never merely put down to a smaller part."""
    return partner.role is not PartnerRole.LEAD


def _open_steps(partner: Partner) -> int:
    return open_steps_led(db.session(), partner.project_id, partner.organisation_id)


def _words(field: str) -> str | None:
    return request.form.get(field, "").strip()[:400] or None
