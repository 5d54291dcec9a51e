"""Hangs this room's pages, mail and answers on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.kinds import AskKind
from app.accounts.services import asks, merging
from app.agreements import mails
from app.agreements.labels import GIVEN, PROPOSAL_STATES, PROPOSALS
from app.agreements.merging import two_accesses, two_commitments
from app.agreements.routes import (
    agenda,
    answer,
    decisions,
    departures,
    flows,
    hand_overs,
    parts,
    themes,
)
from app.agreements.routes.blueprint import agreements
from app.agreements.rules import may_see_proposals, may_see_themes
from app.agreements.services import hand_overs as hand_over_verbs
from app.agreements.services import openings, proposals
from app.agreements.services import parts as part_verbs
from app.web import panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (agenda, answer, decisions, departures, flows, hand_overs, parts, themes)
HANDLERS = {
    AskKind.AGREEMENT: proposals.HANDLER,
    AskKind.COMMITMENT: part_verbs.HANDLER,
    AskKind.HAND_OVER: hand_over_verbs.HANDLER,
    AskKind.OPENING: openings.HANDLER,
}


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    for kind, handler in HANDLERS.items():
        asks.register(kind, handler)
    mails.register(app.extensions["maillage_links"], asks.stands)
    # behind a mailed link the token is the authority: no cookie, nothing that CSRF could borrow
    app.extensions["csrf"].exempt(answer.answer)
    app.register_blueprint(agreements)
    merging.register("commitment", two_commitments)
    merging.register("flow_access", two_accesses)
    app.jinja_env.globals.update(
        proposal_words=PROPOSALS, proposal_states=PROPOSAL_STATES, given_words=GIVEN
    )
    panels.register(
        app,
        panels.Panel(
            "project",
            "accords",
            "Accords et engagements",
            "/projets/{public_id}/accords",
            may_see_proposals,
        ),
    )
    panels.register(
        app,
        panels.Panel(
            "plan",
            "themes",
            "Qui anime les axes du plan",
            "/plans/{public_id}/themes",
            may_see_themes,
        ),
    )
