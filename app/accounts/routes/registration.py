"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import mails
from app.accounts.kinds import AskKind
from app.accounts.routes import (
    account,
    address,
    belonging,
    directory,
    invitation,
    mailed_link,
    merging,
    organisations,
    people,
    sign_in,
    zones,
)
from app.accounts.routes.blueprint import accounts
from app.accounts.services import account as account_services
from app.accounts.services import asks, invitations
from app.accounts.services.directory import Directory
from app.web import navigation
from app.web.database import db
from config import Settings

# importing a page's file hangs its routes on the Blueprint
PAGES = (
    account,
    address,
    belonging,
    directory,
    invitation,
    mailed_link,
    merging,
    organisations,
    people,
    sign_in,
    zones,
)
# behind a mailed link the token is the authority: no cookie, so nothing that CSRF could borrow
BY_TOKEN = (address.confirm_address, invitation.invitation, mailed_link.enter_by_link)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    mails.register(app.extensions["maillage_links"])
    app.extensions["maillage_directory"] = _directory(app.extensions["maillage_settings"])
    asks.register(AskKind.INVITATION, invitations.HANDLER)
    asks.register(AskKind.ADDRESS, account_services.ADDRESS_HANDLER)
    for view in BY_TOKEN:
        app.extensions["csrf"].exempt(view)
    app.register_blueprint(accounts)
    navigation.register(
        app, navigation.Entry(35, "Organisations", "/territoires/{territory}/organisations")
    )


def _directory(settings: Settings) -> Directory | None:
    if settings.company_directory is None:
        return None
    return Directory(
        settings.company_directory,
        lambda: Session(db.engine),
        proxy=settings.outgoing_proxy,
    )
