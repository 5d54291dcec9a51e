"""Tokens that are not the provider’s, not ours or not of now: nobody comes in."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from sqlalchemy.orm import Session

from app.accounts.oidc.kinds import ProviderError
from app.accounts.oidc.tokens import signed_claims
from tests.accounts.entering import is_in
from tests.accounts.oidc.going import changed, later, refused, set_out, sign_in, visit
from tests.parts.identity_provider import Claims, IdentityProvider, usual_key

UNVERIFIED = "n’a pas pu être vérifiée"


@pytest.mark.parametrize(
    "claims",
    [
        changed(iss="https://elsewhere.example"),
        changed(aud="another client"),
        changed(aud=["another client"]),
        changed(aud=None),
        changed(aud=["maillage", "another client"]),  # and no azp says for whom
        changed(aud=["maillage", "another client"], azp="another client"),
        changed(azp="another client"),
        changed(nonce="another nonce"),
        changed(nonce=None),
        changed(nonce=7),
        changed(exp=None),
        changed(exp="soon"),
        changed(exp=float("1e300")),
        changed(exp=True),
        changed(iat=None),
        changed(sub=None),
        changed(sub=""),
        changed(sub=7),
        changed(sub="x" * 256),
        later(exp=-121, iat=-121),
        later(iat=3600, exp=3600),
        later(iat=-601),
    ],
)
def test_an_id_token_that_is_not_ours_whole_and_of_now_opens_nothing(
    client: FlaskClient,
    provider: IdentityProvider,
    session: Session,
    claims: Callable[[Claims], Claims],
) -> None:
    provider.id_claims = claims
    refused(client, session, 502, UNVERIFIED)


@pytest.mark.parametrize(
    "claims",
    [
        changed(),
        changed(aud=["maillage"]),
        changed(aud=["maillage", "x"], azp="maillage"),
        later(exp=-90),
        later(iat=30),
    ],
)
def test_what_is_allowed_opens(
    client: FlaskClient, provider: IdentityProvider, claims: Callable[[Claims], Claims]
) -> None:
    provider.id_claims = claims
    sign_in(client)
    assert is_in(client)


def test_a_token_of_another_key_opens_nothing(
    client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    stranger = RSAKey.generate_key(2048)
    provider.key = RSAKey.import_key(
        {**stranger.as_dict(private=True), "kid": usual_key().kid or ""}
    )
    refused(client, session, 502, UNVERIFIED)


def test_a_token_without_signature_opens_nothing(
    client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    provider.token = lambda token: f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."
    refused(client, session, 502, UNVERIFIED)


def test_a_token_signed_with_the_published_key_as_a_secret_opens_nothing(
    client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    """The old confusion of RS256 with HS256."""
    public = usual_key().as_pem(private=False)

    def with_hmac(token: str) -> str:
        header = _part({"alg": "HS256", "kid": usual_key().kid})
        signed = f"{header}.{token.split('.')[1]}"
        digest = hmac.digest(public, signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    provider.token = with_hmac
    refused(client, session, 502, UNVERIFIED)


def test_a_token_signed_with_the_clients_secret_opens_nothing(
    client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    provider.key = OctKey.import_key(provider.client_secret.encode())
    provider.algorithm = "HS256"
    refused(client, session, 502, UNVERIFIED)


def _part(header: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("token", [None, 7, "", "a.b.c", "....", "é", [], {}])
def test_what_is_no_token_opens_nothing(
    client: FlaskClient, provider: IdentityProvider, session: Session, token: object
) -> None:
    provider.token = lambda _true: token
    refused(client, session, 502, UNVERIFIED)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_instead_of_a_token_is_told_to_be_none(text: str) -> None:
    with pytest.raises(ProviderError):
        signed_claims(text, lambda _anew: KeySet([usual_key()]))


def test_new_keys_are_fetched_when_the_provider_changes_them(
    app: Flask, client: FlaskClient, provider: IdentityProvider
) -> None:
    sign_in(client)
    fresh = ECKey.generate_key("P-256")
    provider.key, provider.algorithm, provider.published = fresh, "ES256", [fresh]
    app.extensions["maillage_provider"]._documents._keys = _older(app)
    other = app.test_client()
    sign_in(other)
    assert is_in(other)
    assert provider.asked.count("/jwks") == 2


def _older(app: Flask) -> Any:
    """The keys that are kept, as if they had been read a minute ago."""
    read_at, keys = app.extensions["maillage_provider"]._documents._keys
    return read_at - timedelta(minutes=1), keys


def test_unknown_keys_do_not_make_us_ask_again_and_again(
    app: Flask, client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    provider.key = RSAKey.generate_key(2048)
    for _ in range(3):
        assert sign_in(app.test_client()).status_code == 502
    assert provider.asked.count("/jwks") == 1


@pytest.mark.parametrize(
    "claims", [changed(sub="marc-1"), changed(sub=None), changed(email=7), changed(email="x")]
)
def test_userinfo_of_somebody_else_or_of_no_address_opens_nothing(
    client: FlaskClient,
    provider: IdentityProvider,
    session: Session,
    claims: Callable[[Claims], Claims],
) -> None:
    provider.told = claims
    assert sign_in(client).status_code in (403, 502)
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        changed(iss="https://elsewhere.example"),
        changed(aud="another client"),
        later(exp=-121),
    ],
)
def test_signed_userinfo_is_checked_like_the_token(
    client: FlaskClient,
    provider: IdentityProvider,
    session: Session,
    claims: Callable[[Claims], Claims],
) -> None:
    if not provider.proconnect:
        pytest.skip("this one signs nothing but the token")
    provider.told = claims
    refused(client, session, 502, UNVERIFIED)


def test_proconnects_userinfo_has_to_be_signed(
    app: Flask, client: FlaskClient, provider: IdentityProvider, session: Session
) -> None:
    if not provider.proconnect:
        pytest.skip("another one may tell it plainly")
    back = visit(set_out(client))
    provider_answers = provider._userinfo

    def plain(request: Any) -> Any:
        answer = provider_answers(request)
        answer.mimetype = "application/json"
        answer.set_data(b'{"sub": "lucie-1", "email": "lucie@example.org"}')
        return answer

    provider._userinfo = plain  # type: ignore[method-assign]
    assert client.get(back).status_code == 502
    assert not is_in(client)
