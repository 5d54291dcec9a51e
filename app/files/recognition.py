"""What a file is: its ending and its bytes must say the same, and be on the list. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import filetype

from app.core.refusals import RefusedError
from app.files.archives import is_office_file
from app.files.filenames import ending_of
from app.files.kinds import FileKind


@dataclass(frozen=True)
class Format:
    """How a kind is named in addresses and answers: the media type, and the endings it goes by."""

    media_type: str
    endings: tuple[str, ...]


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
FORMATS = {
    FileKind.PDF: Format("application/pdf", ("pdf",)),
    FileKind.PNG: Format("image/png", ("png",)),
    FileKind.JPEG: Format("image/jpeg", ("jpg", "jpeg")),
    FileKind.WEBP: Format("image/webp", ("webp",)),
    FileKind.TEXT: Format("text/plain", ("txt",)),
    FileKind.CSV: Format("text/csv", ("csv",)),
    FileKind.CALENDAR: Format("text/calendar", ("ics",)),
    FileKind.DOCX: Format(f"{_OOXML}.wordprocessingml.document", ("docx",)),
    FileKind.XLSX: Format(f"{_OOXML}.spreadsheetml.sheet", ("xlsx",)),
    FileKind.ODT: Format(f"{_ODF}.text", ("odt",)),
    FileKind.ODS: Format(f"{_ODF}.spreadsheet", ("ods",)),
}
IMAGES = (FileKind.PNG, FileKind.JPEG, FileKind.WEBP)
BY_ENDING = {ending: kind for kind, one in FORMATS.items() for ending in one.endings}

UNKNOWN = (
    "Ce type de fichier n’est pas accepté. Envoyez un PDF, une photo (JPEG, PNG), un tableau ou un "
    "texte (xlsx, ods, docx, odt, csv, txt)."
)
OTHER = (
    "Le contenu de ce fichier ne correspond pas à son nom, ou il est abîmé. Ouvrez-le, "
    "enregistrez-le de nouveau, puis renvoyez-le."
)
EMPTY = "Ce fichier est vide."

_SIGNATURES = {
    FileKind.PDF: re.compile(rb"%PDF-\d"),
    FileKind.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    FileKind.JPEG: re.compile(rb"\xff\xd8\xff"),
    FileKind.WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL),
}
# what no text holds, whatever its encoding; tab, line ends and form feed are text
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|svg|script|\?xml|head|body|iframe)", re.IGNORECASE)
_CALENDAR = re.compile(r"\s*BEGIN:VCALENDAR", re.IGNORECASE)


def recognise(name: str, data: bytes) -> FileKind:
    """The kind of a file. Raises RefusedError, in French, for what is not on the list."""
    kind = BY_ENDING.get(ending_of(name))
    if kind is None:
        raise RefusedError(UNKNOWN)
    if not data:
        raise RefusedError(EMPTY)
    if not _holds(kind, data):
        raise RefusedError(OTHER)
    return kind


def _holds(kind: FileKind, data: bytes) -> bool:
    """Whether the bytes are of this kind."""
    if kind in _SIGNATURES:
        return _SIGNATURES[kind].match(data) is not None
    if kind in (FileKind.TEXT, FileKind.CSV, FileKind.CALENDAR):
        return _is_text(data, calendar=kind is FileKind.CALENDAR)
    return is_office_file(kind, data)


def _is_text(data: bytes, *, calendar: bool) -> bool:
    """Text that people read: no known binary format, no control signs, no page of markup."""
    text = decoded(data).removeprefix("\ufeff")
    if filetype.guess(data[:8192]) is not None or _CONTROL.search(text) or _MARKUP.match(text):
        return False
    return _CALENDAR.match(text) is not None or not calendar


def decoded(data: bytes) -> str:
    """As programs in France write text: UTF-8, UTF-16 with its mark, else Windows' Latin."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
