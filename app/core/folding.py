"""Folded text: accents, case and typography forgiven, for search and French sorting."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": " ", "'": " ", "-": " "})


def fold(text: str) -> str:
    """« Œuvre d’Été » → "oeuvre d ete". Idempotent."""
    # decomposed before as well: some signs hold capitals, like « ℡ »
    small = unicodedata.normalize("NFKD", text).casefold().translate(_LIGATURES)
    decomposed = unicodedata.normalize("NFKD", small)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    kept = "".join(c if c.isalnum() else " " for c in bare)
    return " ".join(kept.split())
