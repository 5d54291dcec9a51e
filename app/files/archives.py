"""Whether a packed file is the office document it says to be, looked at without unpacking. Pure."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from app.core.refusals import RefusedError
from app.files.kinds import FileKind

# a list of contents longer than this is none of an office document; neither is what it unpacks to
LONGEST_LIST = 1024 * 1024
MOST_ENTRIES = 5000
LARGEST_UNPACKED = 300 * 1024 * 1024
LARGEST_MANIFEST = 256 * 1024

MACROS = "Ce fichier contient des macros : enregistrez-le sans macros, puis renvoyez-le."

_CONTENT_TYPES = "[Content_Types].xml"
_OOXML = {
    FileKind.DOCX: ("word/document.xml", b"wordprocessingml.document.main+xml"),
    FileKind.XLSX: ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
}
_ODF = {
    FileKind.ODT: b"application/vnd.oasis.opendocument.text",
    FileKind.ODS: b"application/vnd.oasis.opendocument.spreadsheet",
}
_MACROS = ("vbaproject.bin", "basic/", "scripts/")
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_END_SIZE = 22
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    struct.error,
)


def is_office_file(kind: FileKind, data: bytes) -> bool:
    """Whether the archive is of this kind. Raises RefusedError where it carries macros."""
    if not data.startswith(b"PK\x03\x04") or not _list_is_bounded(data):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _contents_are_plain(archive) and _is_of(kind, archive)
    except _BROKEN:
        return False


def _list_is_bounded(data: bytes) -> bool:
    """The list of contents as its end declares it, before anything reads the list itself."""
    at = data.rfind(_END, max(0, len(data) - _END_SIZE - 0xFFFF))
    if at < 0 or len(data) - at < _END_SIZE or data[at - 20 : at - 16] == _END_64:
        return False
    entries, size, begins, comment = struct.unpack_from("<HLLH", data, at + 10)
    whole = at + _END_SIZE + comment == len(data)
    inside = begins + size <= at
    return bool(whole and inside and 0 < entries <= MOST_ENTRIES and size <= LONGEST_LIST)


def _contents_are_plain(archive: zipfile.ZipFile) -> bool:
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    if any(name.endswith(_MACROS[0]) or name.startswith(_MACROS[1:]) for name in names):
        raise RefusedError(MACROS)
    locked = any(entry.flag_bits & 1 for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    return not locked and len(set(names)) == len(names) and unpacked <= LARGEST_UNPACKED


def _is_of(kind: FileKind, archive: zipfile.ZipFile) -> bool:
    if kind in _ODF:
        first = archive.infolist()[0]
        return first.filename == "mimetype" and _beginning(archive, "mimetype") == _ODF[kind]
    part, content_type = _OOXML[kind]
    if part not in archive.namelist() or _CONTENT_TYPES not in archive.namelist():
        return False
    declared = _beginning(archive, _CONTENT_TYPES)
    if b"macroEnabled" in declared:
        raise RefusedError(MACROS)
    return content_type in declared


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small part of the archive; of a larger one, no more than its beginning is unpacked."""
    with archive.open(name) as part:
        return part.read(LARGEST_MANIFEST)
