"""A real provider of identities (OpenID Connect) on a loopback port, as strict or false as told.

In a test: `with running_provider(IdentityProvider()) as provider`. It is stricter than most where
the client must do right (client's secret, PKCE, redirect address, a code works once), and does
wrong where a test says so, which the provider of the library `oidc-provider-mock` cannot.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from werkzeug.exceptions import BadRequest, NotFound, Unauthorized
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.parts.browser import serving

Claims = dict[str, Any]
# what ProConnect documents, and refuses everything beside
DOCUMENTED = {
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "claims",
    "prompt",
    "idp_hint",
    "login_hint",
}
PKCE = {"code_challenge", "code_challenge_method"}
SHORTEST_RANDOM = 32


def same(claims: Claims) -> Claims:
    return claims


def as_it_is(token: str) -> Any:
    return token


@functools.cache
def usual_key() -> RSAKey:
    """Made once a process: it takes a while."""
    return RSAKey.generate_key(2048)


@dataclass
class IdentityProvider:
    """`who` is signed in here; the callables change what is sent, the dictionaries how.

    `answers`: status by path, instead of the true answer.
    """

    who: Claims = field(
        default_factory=lambda: {
            "sub": "lucie-1",
            "email": "lucie@example.org",
            "email_verified": True,
        }
    )
    proconnect: bool = False
    client_id: str = "maillage"
    client_secret: str = "what only the two know"
    redirect_uri: str = "http://localhost/connexion/retour"
    key: RSAKey | ECKey | OctKey = field(default_factory=usual_key)
    algorithm: str = "RS256"
    published: list[RSAKey | ECKey] = field(default_factory=list)
    id_claims: Callable[[Claims], Claims] = same
    told: Callable[[Claims], Claims] = same
    document: Callable[[Claims], Claims] = same
    token: Callable[[str], Any] = as_it_is
    answers: dict[str, int] = field(default_factory=dict)
    pkce: bool = True
    issuer: str = ""
    asked: list[str] = field(default_factory=list)
    ended: list[dict[str, str]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _access: dict[str, Claims] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.published and not isinstance(self.key, OctKey):
            self.published = [self.key]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """As WSGI calls an application."""
        request = Request(environ)
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        pages: dict[str, Callable[[Request], Response]] = {
            "/.well-known/openid-configuration": self._configuration,
            "/jwks": self._keys,
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/session/end": self._end,
        }
        try:
            if request.path in self.answers:
                return Response("{}", self.answers[request.path], mimetype="application/json")
            page = pages.get(request.path)
            if page is None:
                raise NotFound
            return page(request)
        except (BadRequest, NotFound, Unauthorized) as refusal:
            why = {"error": "invalid_request", "error_description": refusal.description}
            return Response(json.dumps(why), refusal.code, mimetype="application/json")

    def _configuration(self, _request: Request) -> Response:
        document: Claims = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/session/end",
            "token_endpoint_auth_methods_supported": ["client_secret_post"]
            if self.proconnect
            else ["client_secret_basic"],
        }
        if self.pkce:
            document["code_challenge_methods_supported"] = ["S256"]
        return _json(self.document(document))

    def _keys(self, _request: Request) -> Response:
        return _json({"keys": [key.as_dict(private=False) for key in KeySet(list(self.published))]})

    def _authorize(self, request: Request) -> Response:
        asked = request.args.to_dict()
        _require(asked.get("response_type") == "code", "response_type")
        _require(asked.get("client_id") == self.client_id, "client_id")
        _require(asked.get("redirect_uri") == self.redirect_uri, "redirect_uri")
        _require("openid" in asked.get("scope", "").split(), "scope")
        for name in ("state", "nonce"):
            _require(len(asked.get(name, "")) >= SHORTEST_RANDOM, name)
        if self.pkce:
            _require(asked.get("code_challenge_method") == "S256", "code_challenge_method")
        if self.proconnect:
            _require(set(asked) <= DOCUMENTED | (PKCE if self.pkce else set()), "unknown parameter")
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return redirect(f"{self.redirect_uri}?{urlencode(back)}", 302)

    def _token(self, request: Request) -> Response:
        form = request.form
        self._require_client(request)
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None:
            raise BadRequest("the code is unknown, or was used")
        _require(form.get("grant_type") == "authorization_code", "grant_type")
        _require(form.get("redirect_uri") == self.redirect_uri, "redirect_uri")
        if self.pkce:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            _require(challenge == asked["code_challenge"], "code_verifier")
        access = secrets.token_urlsafe(16)
        self._access[access] = dict(self.who)
        claims = {"sub": self.who["sub"], "nonce": asked["nonce"], **self._ours()}
        token = self.token(self.sign(self.id_claims(claims)))
        return _json({"access_token": access, "token_type": "Bearer", "id_token": token})

    def _require_client(self, request: Request) -> None:
        form, given = request.form, request.authorization
        if self.proconnect:
            named = (form.get("client_id"), form.get("client_secret"))
        else:
            named = (given.username, given.password) if given else (None, None)
        if named not in {(self.client_id, self.client_secret), self._quoted()}:
            raise Unauthorized("another client")

    def _quoted(self) -> tuple[str, str]:
        """In the header both are form-encoded first (RFC 6749, 2.3.1)."""
        pair = urlencode({"a": self.client_id, "b": self.client_secret})
        first, _and, second = pair.partition("&")
        return first.removeprefix("a="), second.removeprefix("b=")

    def _userinfo(self, request: Request) -> Response:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        claims = self._access.pop(bearer, None)
        if claims is None:
            raise Unauthorized("no such token")
        if not self.proconnect:
            return _json(self.told(claims))
        signed = self.sign(self.told({**claims, **self._ours()}))
        return Response(signed, mimetype="application/jwt")

    def _end(self, request: Request) -> Response:
        asked = request.args.to_dict()
        self.ended.append(asked)
        _require(len(asked.get("state", "")) >= SHORTEST_RANDOM, "state")
        back = f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}"
        return redirect(back, 303)

    def _ours(self) -> Claims:
        now = int(time.time())
        return {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 60}

    def sign(self, claims: Claims, **header: Any) -> str:
        """A JWT of these claims by the key and algorithm of now."""
        self.key.ensure_kid()
        named = {"alg": self.algorithm, "kid": self.key.kid, **header}
        return jwt.encode(named, claims, self.key, algorithms=[self.algorithm])


@contextlib.contextmanager
def running_provider(provider: IdentityProvider) -> Iterator[IdentityProvider]:
    """Serve it until the block ends; its issuer is its address."""
    with serving(provider) as address:
        provider.issuer = address
        yield provider


def _json(document: Claims) -> Response:
    return Response(json.dumps(document), mimetype="application/json")


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise BadRequest(what)
