"""Text as people type or paste it."""

from __future__ import annotations

import unicodedata


def stripped(text: str | None) -> str | None:
    """One line without control characters; None when nothing is left."""
    if not text:
        return None
    visible = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)
    return " ".join(visible.split()) or None
