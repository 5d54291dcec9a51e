"""Hangs the pages, mails and answers of meetings on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.kinds import AskKind
from app.accounts.services import asks, merging
from app.accounts.services.merging.clashes import same_thing
from app.files import rules as files_rules
from app.initiatives import mails
from app.initiatives.labels.meetings import ANSWERS, GROUPS, KINDS, MATTERS, STATES
from app.initiatives.merging import two_attendances
from app.initiatives.routes.meetings import (
    answering,
    attendance,
    convening,
    documents,
    groups,
    minutes,
    pages,
    planning,
    results,
)
from app.initiatives.services.replies import HANDLER
from app.initiatives.shelf import FINDERS
from app.web import navigation

# importing a page's file hangs its routes on the Blueprint
PAGES = (
    answering,
    attendance,
    convening,
    documents,
    groups,
    minutes,
    pages,
    planning,
    results,
)


def register(app: Flask) -> None:
    """Call before the Blueprint is registered."""
    asks.register(AskKind.RSVP, HANDLER)
    mails.register(app.extensions["maillage_links"], app.extensions["maillage_settings"].mail_from)
    # behind a mailed link the token is the authority: no cookie, nothing that CSRF could borrow
    app.extensions["csrf"].exempt(answering.answer_by_link)
    merging.register("attendee", two_attendances)
    merging.register("group_member", same_thing)
    for kind, find in FINDERS.items():
        files_rules.register(kind, find)
    app.jinja_env.globals.update(
        meeting_kinds=KINDS,
        meeting_states=STATES,
        rsvp_words=ANSWERS,
        group_kinds=GROUPS,
        matter_words=MATTERS,
    )
    navigation.register(
        app, navigation.Entry(35, "Rencontres", "/territoires/{territory}/rencontres")
    )
