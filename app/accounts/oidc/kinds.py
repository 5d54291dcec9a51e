"""What comes back from a provider of identities, and what can go wrong on the way."""

from __future__ import annotations

import enum
import secrets
from dataclasses import dataclass


class Fault(enum.StrEnum):
    """Why a way by the provider led nowhere, as far as the person needs to know."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    BROKEN = "broken"
    LOST = "lost"


class ProviderError(Exception):
    """The provider did not say who this is. Its text is for the log, and holds no secret."""

    def __init__(self, fault: Fault, what: str) -> None:
        super().__init__(what)
        self.fault = fault


@dataclass(frozen=True)
class Trip:
    """What a browser is sent off with; `verifier` and `nonce` stay here."""

    state: str
    nonce: str
    verifier: str


def new_trip() -> Trip:
    """43 random characters each: 256 bits."""
    return Trip(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32))


@dataclass(frozen=True)
class Identity:
    """Who the provider says this is. `email` only where it vouches for it, in its stored spelling.

    `id_token` is what it wants to see again as its person signs out; None where it does not.
    """

    issuer: str
    subject: str
    email: str | None
    id_token: str | None = None
