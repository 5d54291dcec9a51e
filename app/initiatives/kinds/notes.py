"""Contact notes: what was done, and who may read what was said."""

from __future__ import annotations

import enum


class NoteKind(enum.StrEnum):
    """LETTER: what was written from here to somebody of the organisation, word for word."""

    CALL = "call"
    VISIT = "visit"
    NOTE = "note"
    LETTER = "letter"


# what people note themselves of what they did elsewhere
NOTED = (NoteKind.CALL, NoteKind.VISIT, NoteKind.NOTE)
# after these a step's people have just been spoken to
SPOKEN = (NoteKind.CALL, NoteKind.LETTER)


class NoteVisibility(enum.StrEnum):
    """For whom a note is written; each reads more than the one before."""

    AUTHOR = "author"
    ORGANISATION = "organisation"
    PARTNERS = "partners"
