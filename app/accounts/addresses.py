"""E-mail addresses as people type them, in the one spelling that is stored."""

from __future__ import annotations

import re

LONGEST = 254
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")


def clean_email(typed: str) -> str | None:
    """Without spaces around, in lower case; None when it is no address (RFC 5321, ASCII)."""
    address = typed.strip().lower()
    if len(address) > LONGEST or not _ADDRESS.fullmatch(address):
        return None
    return address
