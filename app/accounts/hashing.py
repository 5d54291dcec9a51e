"""Passwords as they are stored: argon2id, by the library's current parameters."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
# The hash of a random text nobody knows, by the same parameters: where there is no account, it is
# checked instead, so that the answer takes as long.
DECOY = (
    "$argon2id$v=19$m=65536,t=3,p=4$L+3SH6bDb05Hv31COWFdwQ$Uwln+w"
    "Bsll8289dAorJI5opWz08VivxCeYs9+Wi/mls"
)


def hash_password(password: str) -> str:
    """What is stored for a password; the same password gives another text each time."""
    return _HASHER.hash(_typed(password))


def is_right(password: str, stored: str | None) -> bool:
    """Whether a password is the stored one. Takes as long when nothing is stored."""
    try:
        _HASHER.verify(stored or DECOY, _typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the parameters have changed since; then it is hashed again at the next sign-in."""
    return _HASHER.check_needs_rehash(stored)


def _typed(password: str) -> str:
    """One spelling, whatever keyboard composed the accents."""
    return unicodedata.normalize("NFKC", password)
