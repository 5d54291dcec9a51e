"""The one Blueprint of this room, and what pages here and above share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request

from app.accounts.links import Links
from app.accounts.sealing import Seal
from app.accounts.services.directory import Directory
from app.web.settings import settings
from config import Oidc

if TYPE_CHECKING:
    from app.accounts.oidc.provider import Provider

accounts = Blueprint("accounts", __name__)


def links() -> Links:
    """The maker and reader of mailed addresses of this installation."""
    found: Links = current_app.extensions["maillage_links"]
    return found


def directory() -> Directory | None:
    """The open directory of companies, where this installation may ask it."""
    found: Directory | None = current_app.extensions["maillage_directory"]
    return found


def browser() -> str | None:
    """What the visitor's browser calls itself."""
    return request.user_agent.string or None


def seal(purpose: str) -> Seal:
    """For what this installation seals and opens again."""
    return Seal(settings().secret_key, purpose)


def provider() -> Provider | None:
    """The provider of identities, None where the settings name none."""
    found: Provider | None = current_app.extensions.get("maillage_provider")
    return found


@accounts.context_processor
def _by_provider() -> dict[str, Oidc | None]:
    """Templates offer the provider's button where there is one."""
    return {"oidc": settings().oidc}
