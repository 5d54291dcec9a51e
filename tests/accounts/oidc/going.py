"""Signing in by a provider, driven as a browser would."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import ExternalIdentity, SignIn
from app.factory import create_app
from config import Oidc
from tests.accounts.entering import is_in
from tests.conftest import settings_for
from tests.parts.identity_provider import Claims, IdentityProvider

NAME = "Agents du Val"


def app_with(
    provider: IdentityProvider, database_url: str, data_dir: Path, **more: object
) -> Flask:
    """An application whose settings name this provider."""
    oidc = Oidc(
        issuer=provider.issuer,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        name="ProConnect" if provider.proconnect else NAME,
        kind="proconnect" if provider.proconnect else "generic",
    )
    settings = replace(settings_for(database_url, data_dir), oidc=replace(oidc, **more))  # type: ignore[arg-type]
    made = create_app(settings)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


def address_of(page: TestResponse) -> str:
    """Where a page that leads on by itself leads."""
    assert page.status_code == 200, page.text
    (found,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    return html.unescape(found)


def set_out(client: FlaskClient, **query: str) -> str:
    """Press the button; answers the provider's address that the browser goes to."""
    return address_of(client.post("/connexion/fournisseur", query_string=query))


def visit(address: str) -> str:
    """What the browser does there; answers the path by which it comes back."""
    with httpx.Client(trust_env=False) as browser:
        answer = browser.get(address)
    assert answer.status_code in (302, 303), answer.text
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def sign_in(client: FlaskClient, **query: str) -> TestResponse:
    """The whole way out and back."""
    return client.get(visit(set_out(client, **query)))


def changed(**fields: Any) -> Callable[[Claims], Claims]:
    """Claims with other values; None takes one away."""
    return lambda claims: {
        name: value
        for name, value in {**claims, **fields}.items()
        if value is not None or name not in fields
    }


def later(**seconds: int) -> Callable[[Claims], Claims]:
    """Claims whose times are so many seconds away."""
    return lambda claims: claims | {name: claims[name] + by for name, by in seconds.items()}


def refused(client: FlaskClient, session: Session, status: int, says: str) -> None:
    answer = sign_in(client)
    assert answer.status_code == status
    assert says in answer.text
    assert not is_in(client)
    session.rollback()
    assert session.scalars(select(SignIn)).all() == []
    assert session.scalars(select(ExternalIdentity)).all() == []
