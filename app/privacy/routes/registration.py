"""Hangs this room's pages and its mails on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts.services import merging
from app.core.viewer import Viewer
from app.logbook.words import lexicon
from app.privacy import mails
from app.privacy.merging import asked_twice
from app.privacy.routes import account, contact, my_data, pilot, statement
from app.privacy.routes.blueprint import privacy
from app.privacy.words import PRIVACY_TEXT
from app.web import navigation, panels

# importing a page's file hangs its routes on the Blueprint
PAGES = (account, contact, my_data, pilot, statement)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    mails.register(app.extensions["maillage_links"])
    lexicon.register(PRIVACY_TEXT)
    merging.register("privacy_notice", merging.same_thing)
    merging.register("erasure", asked_twice)
    # behind a mailed link the token is the authority: no cookie, so nothing that CSRF could borrow
    app.extensions["csrf"].exempt(my_data.my_data_by_link)
    app.register_blueprint(privacy)
    navigation.register(
        app,
        navigation.Entry(
            90,
            "Données personnelles",
            "/territoires/{territory}/donnees-personnelles",
            _animates,
        ),
    )
    panels.register(
        app,
        panels.Panel("account", "donnees", "Mes données", "/compte/donnees", lambda *_: True),
    )


def _animates(viewer: Viewer, territory_id: int | None) -> bool:
    return territory_id in viewer.animates
