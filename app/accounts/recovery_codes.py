"""Codes on paper, for who has lost the telephone. Pure.

They do not depend on MAILLAGE_SECRET_KEY, so that they open when it was changed. Eighty random
bits need no slow hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets

HOW_MANY = 10
GROUPS, GROUP = 4, 4
# 32 signs, five bits each; without i, l, o and u, which are taken for others
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_READ_AS = str.maketrans("oil", "011")


def new_codes() -> list[str]:
    """Ten codes such as `7kq2-mw3x-0b9t-h5va`."""
    return ["-".join(_group() for _ in range(GROUPS)) for _ in range(HOW_MANY)]


def read_code(typed: str | None) -> str | None:
    """A code in its one spelling, however it was typed; None for what cannot be one."""
    plain = re.sub(r"[\W_]", "", (typed or "").lower()).translate(_READ_AS)
    if len(plain) != GROUPS * GROUP or not set(plain) <= set(ALPHABET):
        return None
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))


def hash_code(person_id: int, code: str) -> str:
    """What is stored; the same code of two people gives two texts."""
    return hashlib.sha256(f"{person_id}:{code}".encode()).hexdigest()


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUP))
