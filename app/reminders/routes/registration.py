"""Hangs this room's pages and its mail on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.services import merging
from app.core.viewer import Viewer
from app.outbox import registry
from app.plans.mails.for_you import register_peace
from app.plans.rules import may_reopen_project
from app.reminders.mails import mail_kind as relance_mail
from app.reminders.merging import two_pauses
from app.reminders.queries.peace import peace_of
from app.reminders.routes import (
    adding,
    answer,
    at_once,
    calls,
    choosing,
    figures,
    links,
    pauses,
    pilot,
    project,
    sorting,
    superiors,
    unsubscribe,
)
from app.reminders.routes import (
    register as ledger,
)
from app.reminders.routes.blueprint import reminders
from app.reminders.superiors import mail_kind as superior_mail
from app.web import navigation, panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (
    adding,
    answer,
    at_once,
    calls,
    choosing,
    figures,
    ledger,
    links,
    pauses,
    pilot,
    project,
    sorting,
    superiors,
    unsubscribe,
)
# behind a mailed link the token is the authority: no cookie, so nothing that CSRF could borrow
BY_TOKEN = (answer.answer, adding.add, unsubscribe.unsubscribe)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    merging.register("relance_pause", two_pauses)
    links_of_mails = app.extensions["maillage_links"]
    for kind in (relance_mail(links_of_mails), superior_mail(links_of_mails)):
        registry.register(kind)
    register_peace(peace_of)
    for view in BY_TOKEN:
        app.extensions["csrf"].exempt(view)
    app.register_blueprint(reminders)
    navigation.register(
        app, navigation.Entry(40, "Relances", "/territoires/{territory}/relances", _animates, "r")
    )
    panels.register(
        app,
        panels.Panel(
            "project", "relances", "Relances", "/projets/{public_id}/relances", may_reopen_project
        ),
    )


def _animates(viewer: Viewer, territory_id: int | None) -> bool:
    return territory_id in viewer.animates
