"""Hangs this room's pages on the application."""

from __future__ import annotations

from flask import Flask

from app.accounts import mails
from app.accounts.kinds import AskKind
from app.accounts.routes import (
    account,
    address,
    charter,
    invitation,
    mailed_link,
    managers,
    organisations,
    people,
    sign_in,
    team,
    team_invitations,
    territory_settings,
)
from app.accounts.routes.blueprint import accounts
from app.accounts.services import account as account_services
from app.accounts.services import asks, invitations, operators
from app.accounts.services import team as team_services
from app.web import navigation

# importing a page's file hangs its routes on the Blueprint
PAGES = (
    account,
    address,
    charter,
    invitation,
    mailed_link,
    managers,
    organisations,
    people,
    sign_in,
    team,
    team_invitations,
    territory_settings,
)
# behind a mailed link the token is the authority: no cookie, so nothing that CSRF could borrow
BY_TOKEN = (address.confirm_address, invitation.invitation, mailed_link.enter_by_link)


def register(app: Flask) -> None:
    """Call once, after the gate and CSRF protection are installed."""
    mails.register(app.extensions["maillage_links"])
    asks.register(AskKind.INVITATION, invitations.HANDLER)
    asks.register(AskKind.TERRITORY_ROLE, team_services.HANDLER)
    asks.register(AskKind.OPERATOR, operators.HANDLER)
    asks.register(AskKind.ADDRESS, account_services.ADDRESS_HANDLER)
    for view in BY_TOKEN:
        app.extensions["csrf"].exempt(view)
    app.register_blueprint(accounts)
    navigation.register(
        app,
        navigation.Entry(35, "Organisations", "/territoires/{territory}/organisations"),
        navigation.Entry(65, "Équipe", "/territoires/{territory}/equipe"),
    )
