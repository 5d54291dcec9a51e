"""Secrets that have to be read again, sealed with a key that comes of MAILLAGE_SECRET_KEY.

With another secret key nothing that was sealed before can be opened.
"""

from __future__ import annotations

import base64
import functools
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Seal:
    """Seals for one purpose: what was sealed for another one does not open."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        self._fernet = Fernet(_key(secret_key, purpose))

    def close(self, text: str, now: datetime) -> str:
        return self._fernet.encrypt_at_time(text.encode(), _seconds(now)).decode()

    def open(self, sealed: str, *, within: timedelta | None = None, now: datetime) -> str | None:
        """The text; None when it is not ours, of another purpose or key, or older than `within`."""
        try:
            if within is None:
                return self._fernet.decrypt(sealed).decode()
            seconds = int(within.total_seconds())
            return self._fernet.decrypt_at_time(sealed, seconds, _seconds(now)).decode()
        except (InvalidToken, ValueError):
            return None


@functools.lru_cache(8)
def _key(secret_key: str, purpose: str) -> bytes:
    """32 bytes by HKDF (RFC 5869): no other use of the secret key shares them."""
    derived = HKDF(SHA256(), 32, salt=None, info=f"maillage-{purpose}".encode())
    return base64.urlsafe_b64encode(derived.derive(secret_key.encode()))


def _seconds(now: datetime) -> int:
    return int(now.timestamp())
