"""The French words of contact notes."""

from __future__ import annotations

from collections.abc import Mapping

from app.initiatives.kinds.notes import NoteKind, NoteVisibility

NOTE_KINDS: Mapping[NoteKind, str] = {
    NoteKind.CALL: "Appel",
    NoteKind.VISIT: "Visite",
    NoteKind.NOTE: "Note",
    NoteKind.LETTER: "Courriel",
}
VISIBILITIES: Mapping[NoteVisibility, str] = {
    NoteVisibility.AUTHOR: "Moi",
    NoteVisibility.ORGANISATION: "Mon organisation",
    NoteVisibility.PARTNERS: "Les partenaires",
}
# who reads it, as the form says it under each choice
READERS: Mapping[NoteVisibility, str] = {
    NoteVisibility.AUTHOR: "vous seul·e",
    NoteVisibility.ORGANISATION: "vos collègues",
    NoteVisibility.PARTNERS: "vos collègues, l’animation, et qui porte un projet avec elle",
}
