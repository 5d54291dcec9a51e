"""French words of why a mail reached nobody."""

from __future__ import annotations

import re

# the first figures of a code (RFC 3463)
_CODES = {"5.1": "l’adresse n’existe pas", "5.2": "la boîte est fermée", "5.7": "refusé"}
_CODE = re.compile(r"\b(5\.[127])\.\d{1,3}\b")
_REFUSED = re.compile(r"[45]\d\d\b")


def why_returned(status: str | None) -> str:
    """What a pilot makes of a code: the address is wrong, or the mail is not wanted."""
    return _CODES.get((status or "")[:3], "refusé")


def why_undelivered(error: str | None) -> str:
    """What a mail's last error means to whoever waits for its answer."""
    error = error or ""
    if error.startswith("given up after"):
        return "remis à plus tard à chaque essai, pendant deux jours"
    if found := _CODE.search(error):
        return _CODES[found[1]]
    if not error or _REFUSED.match(error):
        return "refusé par la messagerie"
    return "le message n’a pas pu être écrit"
