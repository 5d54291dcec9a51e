"""Folded text: accents, case and typography forgiven, for search and French sorting."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": " ", "'": " ", "-": " "})
SHORTEST_STEM = 3


def fold(text: str) -> str:
    """« Œuvre d’Été » → "oeuvre d ete". Idempotent."""
    # decomposed before as well: some signs hold capitals, like « ℡ »
    small = unicodedata.normalize("NFKD", text).casefold().translate(_LIGATURES)
    decomposed = unicodedata.normalize("NFKD", small)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    kept = "".join(c if c.isalnum() else " " for c in bare)
    return " ".join(kept.split())


def stem(word: str) -> str:
    """What a folded word begins with in the singular and in the plural alike.

    « caisses » → "caisse", « bocal » and « bocaux » → "boca". Always a beginning of the word, so
    that a search for it finds whatever holds the word itself.
    """
    bare = word.rstrip("sx")
    if len(bare) < SHORTEST_STEM:
        return word
    if bare.endswith(("al", "au")) and len(bare) > SHORTEST_STEM:
        return bare[:-1]
    return bare


def stems(text: str) -> list[str]:
    """The words of a text as a search looks for them, in their order."""
    return [stem(word) for word in fold(text).split()]
