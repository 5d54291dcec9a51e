"""Hangs this room's pages, mail and answers on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.kinds import AskKind
from app.accounts.services import asks, merging
from app.agreements import mails
from app.agreements.labels import ASK_STATES, GIVEN, PROPOSAL_STATES, PROPOSALS
from app.agreements.merging import two_accesses, two_commitments
from app.agreements.routes import (
    agenda,
    answer,
    charter,
    decisions,
    departures,
    flows,
    hand_overs,
    parts,
    piloting,
    themes,
)
from app.agreements.routes.blueprint import agreements
from app.agreements.rules import may_hand_territory, may_see_proposals, may_see_themes
from app.agreements.services import charter as adherences
from app.agreements.services import hand_overs as passed_on
from app.agreements.services import openings, proposals
from app.agreements.services import parts as parts_given
from app.agreements.services import piloting as piloting_passed
from app.agreements.services.by_subject import by_subject
from app.agreements.subjects import CHARTER, PARTNER, STEP, TERRITORY, THEME
from app.web import panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (agenda, answer, charter, decisions, departures, flows, hand_overs, parts, piloting, themes)
HANDLERS = {
    AskKind.AGREEMENT: proposals.HANDLER,
    AskKind.COMMITMENT: by_subject({PARTNER: parts_given.HANDLER, CHARTER: adherences.HANDLER}),
    AskKind.HAND_OVER: by_subject(
        {STEP: passed_on.HANDLER, THEME: passed_on.HANDLER, TERRITORY: piloting_passed.HANDLER}
    ),
    AskKind.OPENING: openings.HANDLER,
}
PANELS = (
    panels.Panel(
        "plan",
        "themes",
        "Qui anime les axes du plan",
        "/plans/{public_id}/themes",
        may_see_themes,
    ),
    panels.Panel(
        "project",
        "accords",
        "Accords et engagements",
        "/projets/{public_id}/accords",
        may_see_proposals,
    ),
    panels.Panel(
        "charter",
        "adhesions",
        "Qui adhère à la charte",
        "/territoires/{public_id}/charte/adhesions",
        # whoever reads the charter reads who adheres to it
        lambda _viewer, _territory: True,
    ),
    panels.Panel(
        "territory_team",
        "passer",
        "Passer la main",
        "/territoires/{public_id}/passer",
        may_hand_territory,
    ),
    panels.Panel(
        "organisation",
        "charte",
        "La charte de la démarche",
        "/organisations/{public_id}/charte",
        lambda _viewer, _organisation: True,
    ),
)


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
        proposal_words=PROPOSALS,
        proposal_states=PROPOSAL_STATES,
        given_words=GIVEN,
        question_states=ASK_STATES,
    )
    for panel in PANELS:
        panels.register(app, panel)
