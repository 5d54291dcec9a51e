"""Hangs this room's pages on the application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from app.accounts import mails
from app.accounts.kinds import AskKind
from app.accounts.routes import (
    absence,
    account,
    address,
    code,
    invitation,
    mailed_link,
    organisations,
    people,
    provider,
    second_factor,
    sign_in,
    sign_out,
)
from app.accounts.routes.blueprint import accounts
from app.accounts.services import account as account_services
from app.accounts.services import asks, invitations
from app.web import navigation
from config import Settings

# importing a page's file hangs its routes on the Blueprint
PAGES = (
    absence,
    account,
    address,
    code,
    invitation,
    mailed_link,
    organisations,
    people,
    provider,
    second_factor,
    sign_in,
    sign_out,
)
# behind a mailed link the token is the authority: no cookie, so nothing that CSRF could borrow
BY_TOKEN = (address.confirm_address, invitation.invitation, mailed_link.enter_by_link)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    mails.register(app.extensions["maillage_links"])
    asks.register(AskKind.INVITATION, invitations.HANDLER)
    asks.register(AskKind.ADDRESS, account_services.ADDRESS_HANDLER)
    _find_provider(app)
    for view in BY_TOKEN:
        app.extensions["csrf"].exempt(view)
    app.register_blueprint(accounts)
    navigation.register(
        app, navigation.Entry(35, "Organisations", "/territoires/{territory}/organisations")
    )


def _find_provider(app: Flask) -> None:
    """What speaks with a provider is heavy: it is loaded where the settings name one."""
    settings: Settings = app.extensions["maillage_settings"]
    if settings.oidc is not None:
        loaded = import_module("app.accounts.oidc.provider")
        app.extensions["maillage_provider"] = loaded.Provider(
            settings.oidc, base_url=settings.base_url, proxy=settings.outgoing_proxy
        )
