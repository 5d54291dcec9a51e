"""What kinds of files are taken, and who may read a document."""

from __future__ import annotations

import enum


class FileKind(enum.StrEnum):
    """The allow-list. SVG and HTML are not on it: both can hold scripts."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    TEXT = "text"
    CSV = "csv"
    CALENDAR = "calendar"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"


class Audience(enum.StrEnum):
    """PARTNERS: who carried the matter when it was opened last. EVERYONE: whoever sees it."""

    PARTNERS = "partners"
    EVERYONE = "everyone"
