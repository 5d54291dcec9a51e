"""Contact notes: what was done, and who may read what was said."""

from __future__ import annotations

import enum


class NoteKind(enum.StrEnum):
    CALL = "call"
    VISIT = "visit"
    NOTE = "note"


class NoteVisibility(enum.StrEnum):
    """For whom a note is written; each reads more than the one before."""

    AUTHOR = "author"
    ORGANISATION = "organisation"
    PARTNERS = "partners"
