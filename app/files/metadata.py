"""Takes out of photos what they tell beside the picture: place, hour, device, name. Pure.

A telephone writes where a picture was taken into the picture. Only the parts that draw it stay,
untouched, and which way up it is; nothing is compressed anew. What follows the picture's end
goes too.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from app.core.refusals import RefusedError
from app.files.kinds import FileKind
from app.files.recognition import OTHER

_UPRIGHT = 1
_ORIENTATION = 0x0112

# JPEG: a segment is 0xFF, a code, its length; after a scan's header come its data, to the next code
_START, _END, _SCAN = b"\xff\xd8", 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_AFTER_SCAN = re.compile(rb"\xff+(?=[^\x00\xd0-\xd7\xff])")
_EXIF = b"Exif\x00\x00"
_PROFILE = b"ICC_PROFILE\x00"

_PNG_START = 8
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT "
    b"acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"])
_WEBP_TELLS = 0x08 | 0x04  # flags of VP8X: there is Exif, there is XMP


def without_metadata(kind: FileKind, data: bytes) -> bytes:
    """The same file with nothing but the picture; other kinds as they are.

    Raises RefusedError where a picture is not built as its kind demands.
    """
    strip = {FileKind.JPEG: _jpeg, FileKind.PNG: _png, FileKind.WEBP: _webp}.get(kind)
    if strip is None:
        return data
    try:
        return strip(data)
    except (struct.error, IndexError, ValueError):
        raise RefusedError(OTHER) from None


def _jpeg(data: bytes) -> bytes:
    kept, up = [], _UPRIGHT
    for code, segment in _segments(data):
        if code == _APP1 and segment[4:].startswith(_EXIF):
            up = _orientation(segment[4 + len(_EXIF) :])
        if _is_drawn(code, segment):
            kept.append(segment)
    told = [_exif_of(up)] if up != _UPRIGHT else []
    # a JFIF header comes first where there is one
    at = 1 if kept and kept[0][1] == _APP0 else 0
    return b"".join([_START, *kept[:at], *told, *kept[at:]])


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(code, bytes) up to the picture's end; a scan's data belong to its segment."""
    at = len(_START)
    while True:
        if data[at] != 0xFF:
            raise ValueError("no segment where one must be")
        while data[at + 1] == 0xFF:
            at += 1
        code = data[at + 1]
        if code == _END:
            yield code, bytes((0xFF, _END))
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise ValueError("a segment that ends before it begins, or after the file")
        if code == _SCAN:
            following = _AFTER_SCAN.search(data, end)
            if following is None:
                raise ValueError("a picture without an end")
            end = following.end() - 1
        yield code, data[at:end]
        at = end


def _is_drawn(code: int, segment: bytes) -> bool:
    """Whether a segment draws: of the applications' own, the frame, the colours, Adobe's sign."""
    if code == _APP2:
        return segment[4:].startswith(_PROFILE)
    return (not _APP1 <= code <= _APP15 and code != _COMMENT) or code == _APP14


def _orientation(tiff: bytes) -> int:
    """Which way up, 1 to 8; 1 where it is not said."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return _UPRIGHT
    try:
        (at,) = struct.unpack_from(f"{order}L", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, at)
        for number in range(entries):
            tag, _kind, _count, value = struct.unpack_from(
                f"{order}HHLH", tiff, at + 2 + 12 * number
            )
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else _UPRIGHT
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT


def _exif_of(orientation: int) -> bytes:
    """An Exif segment that says which way up, and nothing else."""
    tiff = struct.pack(">2sHLHHHLHHL", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = _EXIF + tiff
    return struct.pack(">BBH", 0xFF, _APP1, len(body) + 2) + body


def _png(data: bytes) -> bytes:
    kept, at, name = [data[:_PNG_START]], _PNG_START, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">L4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise ValueError("a part that ends after the file")
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _webp(data: bytes) -> bytes:
    (size,) = struct.unpack_from("<L", data, 4)
    end, at, kept = min(8 + size, len(data)), 12, []
    while at < end:
        name, length = struct.unpack_from("<4sL", data, at)
        following = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise ValueError("a part that ends after the file")
        if name in _WEBP_KEPT:
            kept.append(_silenced(name, data[at:following]))
        at = following
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _silenced(name: bytes, part: bytes) -> bytes:
    """The head of a WebP no longer announces what was taken out."""
    if name != b"VP8X":
        return part
    return part[:8] + bytes((part[8] & ~_WEBP_TELLS & 0xFF,)) + part[9:]
