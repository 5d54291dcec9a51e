"""French words of kinds and sizes."""

from __future__ import annotations

from app.core.french import NBSP, number
from app.files.kinds import Audience, FileKind

KINDS = {
    FileKind.PDF: "PDF",
    FileKind.PNG: "image",
    FileKind.JPEG: "photo",
    FileKind.WEBP: "image",
    FileKind.TEXT: "texte",
    FileKind.CSV: "tableau CSV",
    FileKind.CALENDAR: "agenda",
    FileKind.DOCX: "texte Word",
    FileKind.XLSX: "tableau Excel",
    FileKind.ODT: "texte OpenDocument",
    FileKind.ODS: "tableau OpenDocument",
}
AUDIENCES = {
    Audience.PARTNERS: "Les partenaires confirmés d’aujourd’hui qui portent le projet",
    Audience.EVERYONE: "Tous ceux qui voient le projet, financeurs et élus compris",
}


def kind_label(kind: FileKind) -> str:
    return KINDS[kind]


def weight(size: int) -> str:
    """1 234 567 → « 1,2 Mo »; under a megabyte « 12 ko »."""
    if size >= 1_000_000:
        return f"{number(size / 1_000_000, 1)}{NBSP}Mo"
    return f"{number(max(1, round(size / 1000)))}{NBSP}ko"
