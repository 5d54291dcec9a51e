"""How a verb says that it does not apply."""

from __future__ import annotations


class RefusedError(Exception):
    """The verb does not apply; its text is the French sentence for the person who asked."""


class StaleError(Exception):
    """Somebody else changed the row after this form was opened."""


def require_version(current: int, seen: int | None) -> None:
    """Compare the version that a form carried with the row's, before anything is written."""
    if seen != current:
        raise StaleError
