"""The provider's own documents: its addresses and its keys, kept for an hour."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.accounts.oidc.kinds import Fault, ProviderError
from app.core.outgoing import client_for
from config import Oidc

CONFIGURATION = "/.well-known/openid-configuration"
KEPT = timedelta(hours=1)
# an unknown key makes us look again, but not for everybody who sends one
REST = timedelta(seconds=30)
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")


@dataclass(frozen=True)
class Configuration:
    """Addresses, each on a host that the settings allow; lists as the document gives them."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    code_challenge_methods: tuple[str, ...]
    token_auth_methods: tuple[str, ...]


class Documents:
    """Reads them when they are asked for, one thread at a time."""

    def __init__(self, settings: Oidc, proxy: str | None) -> None:
        self._settings = settings
        self._proxy = proxy
        self._lock = threading.Lock()
        self._configuration: tuple[datetime, Configuration] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def configuration(self, now: datetime) -> Configuration:
        """Raises ProviderError."""
        with self._lock:
            if self._configuration is None or now - self._configuration[0] >= KEPT:
                address = self._settings.issuer.rstrip("/") + CONFIGURATION
                self._configuration = (now, self._read(self._get(address)))
            return self._configuration[1]

    def keys(self, now: datetime, *, anew: bool = False) -> KeySet:
        """The provider's public keys; `anew` when they lacked one. Raises ProviderError."""
        address = self.configuration(now).jwks_uri
        with self._lock:
            known = self._keys
            age = None if known is None else now - known[0]
            if known is None or age is None or age >= (REST if anew else KEPT):
                self._keys = known = (now, _key_set(self._get(address)))
            return known[1]

    def client(self) -> httpx.Client:
        """For the hosts of the settings, and no other."""
        issuer = self._settings.issuer
        others = [f"{urlsplit(issuer).scheme}://{host}" for host in self._settings.hosts]
        return client_for([issuer, *others], proxy=self._proxy)

    def _get(self, address: str) -> dict[str, Any]:
        try:
            with self.client() as client:
                answer = client.get(address, headers={"Accept": "application/json"})
        except httpx.HTTPError as error:
            raise ProviderError(Fault.UNREACHABLE, f"{address}: {error!r}") from error
        if answer.status_code != 200:
            raise ProviderError(Fault.UNREACHABLE, f"{address} answers {answer.status_code}")
        return json_object(answer)

    def _read(self, document: dict[str, Any]) -> Configuration:
        if document.get("issuer") != self._settings.issuer:
            raise ProviderError(
                Fault.BROKEN, f"the document's issuer is {document.get('issuer')!r}"
            )
        places = {name: self._place(document, name) for name in (*NEEDED, *OPTIONAL)}
        missing = [name for name in NEEDED if places[name] is None]
        if missing:
            raise ProviderError(Fault.BROKEN, f"the document lacks {', '.join(missing)}")
        return Configuration(
            **places,  # type: ignore[arg-type]  # the needed ones are there
            code_challenge_methods=_words(document, "code_challenge_methods_supported"),
            token_auth_methods=_words(document, "token_endpoint_auth_methods_supported"),
        )

    def _place(self, document: dict[str, Any], name: str) -> str | None:
        """An address of the document; none may lead to a host that no setting names."""
        address = document.get(name)
        if address is None:
            return None
        if not isinstance(address, str) or not self._is_allowed(address):
            raise ProviderError(
                Fault.BROKEN,
                f"{name} is {address!r}: its host is neither the issuer's nor among "
                "MAILLAGE_OIDC_HOSTS",
            )
        return address

    def _is_allowed(self, address: str) -> bool:
        try:
            parts, issuer = urlsplit(address), urlsplit(self._settings.issuer)
            host = (parts.netloc.lower(), parts.scheme)
        except ValueError:
            return False
        allowed = {issuer.netloc.lower(), *self._settings.hosts}
        return host[0] in allowed and host[1] == issuer.scheme


def json_object(answer: httpx.Response) -> dict[str, Any]:
    """An answer that is a JSON object. Raises ProviderError."""
    try:
        found = json.loads(answer.content)
    except ValueError as error:
        raise ProviderError(Fault.BROKEN, f"{answer.request.url} is no JSON") from error
    if not isinstance(found, dict):
        raise ProviderError(Fault.BROKEN, f"{answer.request.url} is no JSON object")
    return found


def _key_set(document: dict[str, Any]) -> KeySet:
    """Public keys for signatures: a shared secret has no place here."""
    listed = document.get("keys")
    found = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict) and key.get("kty") in ("RSA", "EC") and key.get("use") != "enc"
    ]
    try:
        return KeySet.import_key_set({"keys": found})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderError(Fault.BROKEN, f"its keys cannot be read: {error!r}") from error


def _words(document: dict[str, Any], name: str) -> tuple[str, ...]:
    found = document.get(name)
    return tuple(str(word) for word in found) if isinstance(found, list) else ()
