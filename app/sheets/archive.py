"""Whether a packed workbook stays within bounds, unpacked chunk by chunk: declared sizes lie."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from app.sheets.kinds import LARGEST_UNPACKED, MOST_PARTS, UnreadableError

_CHUNK = 256 * 1024
_LOCAL_HEADER = 30
TOO_LARGE = (
    "Ce fichier déplie bien plus de données qu’un tableau n’en contient : il n’est pas ouvert."
)
BROKEN = "Ce fichier est abîmé ou n’est pas un classeur : enregistrez-le de nouveau en .xlsx."
LOCKED = "Ce classeur est protégé par un mot de passe : enregistrez-le sans, puis renvoyez-le."
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    struct.error,
)


def check(data: bytes) -> None:
    """Raise UnreadableError for a bomb, a broken archive or a locked one; unpacks in chunks."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS:
                raise UnreadableError(TOO_LARGE)
            if any(entry.flag_bits & 1 for entry in entries):
                raise UnreadableError(LOCKED)
            left = LARGEST_UNPACKED
            for entry in entries:
                left -= _weight(data, entry, left)
    except _FAULTS as fault:
        raise UnreadableError(BROKEN) from fault


def _weight(data: bytes, entry: zipfile.ZipInfo, left: int) -> int:
    """How many bytes a part really has. Raises UnreadableError beyond `left`."""
    at = entry.header_offset
    name, extra = struct.unpack_from("<HH", data, at + _LOCAL_HEADER - 4)
    begins = at + _LOCAL_HEADER + name + extra
    packed = memoryview(data)[begins : begins + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        size = len(packed)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        size = _inflated(packed, left)
    else:
        raise UnreadableError(BROKEN)
    if size > left:
        raise UnreadableError(TOO_LARGE)
    if size != entry.file_size:
        raise UnreadableError(BROKEN)
    return size


def _inflated(packed: memoryview, left: int) -> int:
    worker = zlib.decompressobj(-zlib.MAX_WBITS)
    size, rest = 0, bytes(packed)
    while not worker.eof:
        part = worker.decompress(rest, _CHUNK)
        size, rest = size + len(part), worker.unconsumed_tail
        if size > left or (not part and not rest):
            break
    return size
