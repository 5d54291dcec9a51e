"""Whether words written by people give a firm away. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.folding import fold

# shorter words (« le », « de », « fils ») are in every name and point at nobody
SHORTEST = 5


def names_one_of(text: str, names: Iterable[str]) -> bool:
    """Whether the text holds a telling word of one of the names.

    Errs towards yes: a title withheld can be told aloud by the firm, one shown cannot be unshown.
    """
    words = set(fold(text).split())
    return any(len(word) >= SHORTEST and word in words for n in names for word in fold(n).split())
