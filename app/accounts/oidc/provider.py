"""Signing in by a provider of identities: OpenID Connect's code flow with PKCE (RFC 7636).

Loaded only where the settings name a provider.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx

from app.accounts.addresses import clean_email
from app.accounts.oidc import tokens
from app.accounts.oidc.documents import Configuration, Documents, json_object
from app.accounts.oidc.kinds import Fault, Identity, ProviderError, Trip
from config import Oidc

# no more than what tells who it is
SCOPE = "openid email"
RANDOM_BYTES = 32
SIGNED = "application/jwt"


class Provider:
    """The provider that the settings name; `base_url` is this site's."""

    def __init__(self, settings: Oidc, *, base_url: str, proxy: str | None) -> None:
        self._settings = settings
        self._documents = Documents(settings, proxy)
        self.redirect_uri = f"{base_url}/connexion/retour"
        self.signed_out_uri = f"{base_url}/connexion"

    @property
    def issuer(self) -> str:
        return self._settings.issuer

    def way_out(self, trip: Trip, now: datetime) -> str:
        """Where to send a browser, exactly with what is documented. Raises ProviderError."""
        known = self._documents.configuration(now)
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": trip.state,
            "nonce": trip.nonce,
        }
        if self._proves_key(known):
            asked |= {"code_challenge": _challenge(trip.verifier), "code_challenge_method": "S256"}
        return _with_query(known.authorization_endpoint, asked)

    def identity(self, code: str, trip: Trip, now: datetime) -> Identity:
        """Who came back with this code. Asks the provider; raises ProviderError."""
        known = self._documents.configuration(now)
        answer = self._redeem(known, code, trip)
        id_token = answer.get("id_token")
        claims = tokens.id_claims(
            id_token,
            lambda anew: self._documents.keys(now, anew=anew),
            issuer=self.issuer,
            client_id=self._settings.client_id,
            nonce=trip.nonce,
            now=now,
        )
        told = self._userinfo(known, answer.get("access_token"), claims["sub"], now)
        return Identity(
            issuer=self.issuer,
            subject=claims["sub"],
            email=self._vouched_email(told if "email" in told else claims),
            id_token=str(id_token) if self._settings.is_proconnect else None,
        )

    def way_to_sign_out(self, id_token: str, now: datetime) -> str | None:
        """Where a browser ends its session with the provider too; None where there is no such."""
        known = self._documents.configuration(now)
        if known.end_session_endpoint is None:
            return None
        asked = {
            "id_token_hint": id_token,
            "state": secrets.token_urlsafe(RANDOM_BYTES),
            "post_logout_redirect_uri": self.signed_out_uri,
        }
        return _with_query(known.end_session_endpoint, asked)

    def _proves_key(self, known: Configuration) -> bool:
        """ProConnect refuses what it does not know; everybody else ignores it."""
        return not self._settings.is_proconnect or "S256" in known.code_challenge_methods

    def _redeem(self, known: Configuration, code: str, trip: Trip) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
        }
        if self._proves_key(known):
            form["code_verifier"] = trip.verifier
        credentials = self._credentials(known, form)
        answer = self._ask("POST", known.token_endpoint, data=form, auth=credentials)
        if answer.status_code >= 500:
            raise ProviderError(Fault.UNREACHABLE, f"the token endpoint says {answer.status_code}")
        if answer.status_code != 200:
            why = json_object(answer).get("error")
            raise ProviderError(Fault.BROKEN, f"the token endpoint refuses: {str(why)[:80]!r}")
        return json_object(answer)

    def _credentials(self, known: Configuration, form: dict[str, str]) -> httpx.BasicAuth | None:
        """In the header where the provider takes it there, else in the form (RFC 6749, 2.3.1)."""
        client_id, secret = self._settings.client_id, self._settings.client_secret
        methods = known.token_auth_methods or ("client_secret_basic",)
        if "client_secret_basic" in methods and not self._settings.is_proconnect:
            return httpx.BasicAuth(quote_plus(client_id), quote_plus(secret))
        form |= {"client_id": client_id, "client_secret": secret}
        return None

    def _userinfo(
        self, known: Configuration, access_token: Any, subject: str, now: datetime
    ) -> dict[str, Any]:
        """What is told of this subject; nothing where there is no such address."""
        if known.userinfo_endpoint is None:
            return {}
        if not isinstance(access_token, str) or not access_token.isascii():
            raise ProviderError(Fault.BROKEN, "there is no access token")
        headers = {"Authorization": f"Bearer {access_token}"}
        answer = self._ask("GET", known.userinfo_endpoint, headers=headers)
        if answer.status_code != 200:
            raise ProviderError(Fault.UNREACHABLE, f"userinfo answers {answer.status_code}")
        told = self._told(answer, now)
        if told.get("sub") != subject:
            raise ProviderError(Fault.BROKEN, "userinfo speaks of somebody else")
        return told

    def _told(self, answer: httpx.Response, now: datetime) -> dict[str, Any]:
        if answer.headers.get("Content-Type", "").partition(";")[0].strip() == SIGNED:
            return tokens.userinfo_claims(
                answer.text,
                lambda anew: self._documents.keys(now, anew=anew),
                issuer=self.issuer,
                client_id=self._settings.client_id,
                now=now,
            )
        if self._settings.is_proconnect:
            raise ProviderError(Fault.BROKEN, "userinfo is not signed")
        return json_object(answer)

    def _vouched_email(self, claims: dict[str, Any]) -> str | None:
        """The address that the provider has checked: ProConnect always has."""
        vouched = self._settings.is_proconnect or claims.get("email_verified") is True
        email = claims.get("email")
        return clean_email(email) if vouched and isinstance(email, str) else None

    def _ask(self, method: str, address: str, **given: Any) -> httpx.Response:
        try:
            with self._documents.client() as client:
                return client.request(method, address, **given)
        except httpx.HTTPError as error:
            raise ProviderError(Fault.UNREACHABLE, f"{address}: {error!r}") from error


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _with_query(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
