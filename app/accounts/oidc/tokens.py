"""Signed statements of the provider (OpenID Connect Core, 3.1.3.7 and 5.3.2), checked."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from app.accounts.oidc.kinds import Fault, ProviderError

# by public keys alone: « none » and a shared secret are no signature of the provider's
ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY = 60
# it was issued for this very sign-in
OLDEST = 600
LONGEST_SUBJECT = 255

Keys = Callable[[bool], KeySet]


def id_claims(
    token: Any, keys: Keys, *, issuer: str, client_id: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of an id_token that is ours, whole and of now. Raises ProviderError."""
    claims = signed_claims(token, keys)
    _require_ours(claims, issuer, client_id)
    seconds = int(now.timestamp())
    _require(_number(claims, "exp") > seconds - LEEWAY, "the id_token is over")
    issued = _number(claims, "iat")
    _require(seconds - OLDEST <= issued <= seconds + LEEWAY, "the id_token is not of now")
    _require(_same(claims.get("nonce"), nonce), "the nonce is another one")
    subject = claims.get("sub")
    _require(
        isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT, "there is no subject"
    )
    return claims


def userinfo_claims(
    token: str, keys: Keys, *, issuer: str, client_id: str, now: datetime
) -> dict[str, Any]:
    """The claims of a signed userinfo. Raises ProviderError."""
    claims = signed_claims(token, keys)
    _require_ours(claims, issuer, client_id)
    if "exp" in claims:
        over = _number(claims, "exp") <= int(now.timestamp()) - LEEWAY
        _require(not over, "the userinfo is over")
    return claims


def signed_claims(token: Any, keys: Keys) -> dict[str, Any]:
    """What a token says whose signature is the provider's. Raises ProviderError."""
    if not isinstance(token, str):
        raise ProviderError(Fault.BROKEN, "there is no token")
    # what a header says besides is nothing to us; « crit » is looked at all the same
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        try:
            return jwt.decode(token, keys(False), registry=registry).claims
        except InvalidKeyIdError:
            # the provider changed its keys
            return jwt.decode(token, keys(True), registry=registry).claims
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderError(Fault.BROKEN, f"the token is not theirs: {error!r}") from error


def _require_ours(claims: dict[str, Any], issuer: str, client_id: str) -> None:
    _require(claims.get("iss") == issuer, "another issuer signed it")
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    _require(client_id in listed, "it is for another client")
    party = claims.get("azp")
    _require(party == client_id or (party is None and len(listed) == 1), "another party asked")


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ProviderError(Fault.BROKEN, what)


def _number(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProviderError(Fault.BROKEN, f"{name} is {value!r}")
    return value


def _same(found: Any, wanted: str) -> bool:
    return isinstance(found, str) and hmac.compare_digest(found.encode(), wanted.encode())
