"""A provider that is down, false or somebody else: nobody comes in, and everybody reads why."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.web.database import db
from tests.accounts.entering import is_in
from tests.accounts.oidc.going import app_with, changed, set_out, sign_in, visit
from tests.parts.identity_provider import Claims, IdentityProvider

DOCUMENT = "/.well-known/openid-configuration"
UNVERIFIED = "n’a pas pu être vérifiée"


@pytest.mark.parametrize("path", [DOCUMENT, "/jwks", "/token", "/userinfo"])
@pytest.mark.parametrize("status", [302, 404, 500, 503])
def test_a_provider_that_is_down_is_said_to_be(
    client: FlaskClient,
    provider: IdentityProvider,
    path: str,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    provider.answers[path] = status
    with caplog.at_level(logging.WARNING):
        answer = client.post("/connexion/fournisseur")
        if path != DOCUMENT:
            answer = sign_in(client)
    assert answer.status_code in (502, 503)
    assert "ne répond pas" in answer.text or UNVERIFIED in answer.text
    assert "signing in by the provider failed" in caplog.text
    assert provider.client_secret not in caplog.text
    assert not is_in(client)


def test_a_provider_out_of_reach_is_said_to_be(
    provider: IdentityProvider, database_url: str, tmp_path: Path
) -> None:
    gone = replace(provider, issuer="http://127.0.0.1:9")
    made = app_with(gone, database_url, tmp_path)
    answer = made.test_client().post("/connexion/fournisseur")
    assert answer.status_code == 503
    assert "ne répond pas" in answer.text
    with made.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    "document",
    [
        changed(issuer="https://elsewhere.example"),
        changed(issuer=None),
        changed(authorization_endpoint="https://elsewhere.example/authorize"),
        changed(token_endpoint="http://127.0.0.1:1/token"),
        changed(jwks_uri="http://169.254.169.254/latest/meta-data"),
        changed(userinfo_endpoint="file:///etc/passwd"),
        changed(end_session_endpoint="javascript:alert(1)"),
        changed(token_endpoint=None),
        changed(jwks_uri=7),
        changed(jwks_uri="http://[::1"),
        lambda _true: [],
    ],
)
def test_a_document_that_leads_elsewhere_is_not_followed(
    client: FlaskClient, provider: IdentityProvider, document: Callable[[Claims], Any]
) -> None:
    provider.document = document
    answer = client.post("/connexion/fournisseur")
    assert answer.status_code == 502
    assert UNVERIFIED in answer.text
    assert provider.asked == [DOCUMENT]


def test_a_host_that_the_settings_name_may_be_named_by_the_document(
    provider: IdentityProvider, database_url: str, tmp_path: Path
) -> None:
    """127.0.0.1 and localhost are two hosts to whoever compares names."""
    port = provider.issuer.rpartition(":")[2]
    provider.document = changed(token_endpoint=f"http://localhost:{port}/token")
    without = app_with(provider, database_url, tmp_path)
    assert without.test_client().post("/connexion/fournisseur").status_code == 502
    named = app_with(provider, database_url, tmp_path, hosts=(f"localhost:{port}",))
    client = named.test_client()
    sign_in(client)
    assert is_in(client)
    for made in (without, named):
        with made.app_context():
            db.engine.dispose()


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        ("access_denied", 403, "Vous avez renoncé en chemin"),
        ("server_error", 502, UNVERIFIED),
        ("\r\nWARNING forged", 502, UNVERIFIED),
    ],
)
def test_what_the_provider_refuses_is_told(
    client: FlaskClient,
    provider: IdentityProvider,
    error: str,
    status: int,
    says: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    state = visit(set_out(client)).partition("state=")[2].partition("&")[0]
    query = {"error": error, "state": state}
    with caplog.at_level(logging.WARNING):
        answer = client.get("/connexion/retour", query_string=query)
    assert answer.status_code == status
    assert says in answer.text
    assert all("\n" not in record.getMessage() for record in caplog.records)


def test_the_answer_of_another_issuer_is_not_taken(client: FlaskClient) -> None:
    state = visit(set_out(client)).partition("state=")[2].partition("&")[0]
    query = {"code": "x", "state": state, "iss": "https://elsewhere.example"}
    assert client.get("/connexion/retour", query_string=query).status_code == 502


def test_a_secret_that_the_provider_does_not_know_is_refused_without_being_told(
    provider: IdentityProvider,
    database_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = app_with(provider, database_url, tmp_path, client_secret="an old secret")
    client = made.test_client()
    with caplog.at_level(logging.WARNING):
        assert sign_in(client).status_code == 502
    assert "the token endpoint refuses" in caplog.text
    assert "an old secret" not in caplog.text
    with made.app_context():
        db.engine.dispose()
