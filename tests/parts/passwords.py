"""Hashes of passwords for next to nothing.

What makes guessing dear makes signing in slow: most of the time that tests of it take.
"""

from __future__ import annotations

from argon2 import PasswordHasher

from app.accounts import hashing

CHEAP = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
IN_USE = hashing._HASHER
DECOY_IN_USE = hashing.DECOY


def share() -> None:
    """Let whatever is hashed from now on, and the decoy, be cheap."""
    hashing._HASHER = CHEAP
    hashing.DECOY = CHEAP.hash("nobody knows it")
