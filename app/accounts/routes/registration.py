"""Hangs this room's pages on the application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import fewer, mails
from app.accounts.kinds import AskKind
from app.accounts.routes import (
    absence,
    account,
    address,
    belonging,
    charter,
    closures,
    code,
    directory,
    invitation,
    mailed_link,
    managers,
    merging,
    organisations,
    people,
    provider,
    second_factor,
    sign_in,
    sign_out,
    team,
    team_invitations,
    territory_settings,
    zones,
)
from app.accounts.routes.blueprint import accounts
from app.accounts.services import account as account_services
from app.accounts.services import asks, operators, organisation_invitations
from app.accounts.services import team as team_services
from app.accounts.services.directory import Directory
from app.web import navigation
from app.web.database import db
from config import Settings

# importing a page's file hangs its routes on the Blueprint
PAGES = (
    absence,
    account,
    address,
    belonging,
    charter,
    closures,
    code,
    directory,
    invitation,
    mailed_link,
    managers,
    merging,
    organisations,
    people,
    provider,
    second_factor,
    sign_in,
    sign_out,
    team,
    team_invitations,
    territory_settings,
    zones,
)
# behind a mailed link the token is the authority: no cookie, so nothing that CSRF could borrow
BY_TOKEN = (address.confirm_address, invitation.invitation, mailed_link.enter_by_link)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    mails.register(app.extensions["maillage_links"])
    fewer.register(app.extensions["maillage_links"])
    app.extensions["maillage_directory"] = _directory(app.extensions["maillage_settings"])
    asks.register(AskKind.INVITATION, organisation_invitations.HANDLER)
    asks.register(AskKind.TERRITORY_ROLE, team_services.HANDLER)
    asks.register(AskKind.OPERATOR, operators.HANDLER)
    asks.register(AskKind.ADDRESS, account_services.ADDRESS_HANDLER)
    _find_provider(app)
    for view in BY_TOKEN:
        app.extensions["csrf"].exempt(view)
    app.register_blueprint(accounts)
    navigation.register(
        app,
        navigation.Entry(35, "Organisations", "/territoires/{territory}/organisations", key="o"),
        navigation.Entry(65, "Équipe", "/territoires/{territory}/equipe", key="q"),
    )


def _find_provider(app: Flask) -> None:
    """What speaks with a provider is heavy: it is loaded where the settings name one."""
    settings: Settings = app.extensions["maillage_settings"]
    if settings.oidc is not None:
        loaded = import_module("app.accounts.oidc.provider")
        app.extensions["maillage_provider"] = loaded.Provider(
            settings.oidc, base_url=settings.base_url, proxy=settings.outgoing_proxy
        )


def _directory(settings: Settings) -> Directory | None:
    if settings.company_directory is None:
        return None
    return Directory(
        settings.company_directory,
        lambda: Session(db.engine),
        proxy=settings.outgoing_proxy,
    )
