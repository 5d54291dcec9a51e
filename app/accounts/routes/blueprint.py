"""The one Blueprint of this room, and what pages here and above share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request
from sqlalchemy import Select

from app.accounts.links import Links
from app.accounts.models import Territory
from app.accounts.rules import animated_territories, visible_territories
from app.accounts.sealing import Seal
from app.accounts.services.directory import Directory
from app.core.viewer import Viewer
from app.web.gate import fetch, viewer
from app.web.navigation import show_territory
from app.web.settings import settings
from config import Oidc

if TYPE_CHECKING:
    from app.accounts.oidc.provider import Provider

accounts = Blueprint("accounts", __name__)


def links() -> Links:
    """The maker and reader of mailed addresses of this installation."""
    found: Links = current_app.extensions["maillage_links"]
    return found


def open_territory(
    public_id: str, may: Callable[[Viewer, Territory], bool] | None = None
) -> Territory:
    """The territory that a page is about: 404 where it is not seen, 403 where `may` says no."""
    return _opened(visible_territories(viewer()), public_id, may)


def open_animated_territory(public_id: str) -> Territory:
    """404 for whoever does not animate it: they need not know that it is there."""
    return _opened(animated_territories(viewer()), public_id)


def _opened(
    visible: Select[Territory],
    public_id: str,
    may: Callable[[Viewer, Territory], bool] | None = None,
) -> Territory:
    territory = fetch(visible, public_id, may)
    show_territory(territory)
    return territory


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
