"""Text of one cell: spaces and signs that nobody sees, and accents written twice over. Pure."""

from __future__ import annotations

import re
import unicodedata

from app.sheets.kinds import LONGEST_CELL, NoteCode

# what is left of « é », « ’ » or « € » after UTF-8 was read as Windows' own encoding
_TWICE = re.compile("[ÃÂ][\u0080-\u00bf\u0152-\u0178\u2013-\u203a\u20ac]|â€|Å“")
_INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u2060\ufeff]")
_ESCAPED = re.compile(r"_x00(0[0-9A-Fa-f]|1[0-9A-Fa-f])_")
_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")


def mended(text: str) -> tuple[str, NoteCode | None]:
    """A cell as it was meant, and what was done to it where that should be told."""
    plain = _INVISIBLE.sub("", _ENDS.sub("\n", _ESCAPED.sub("", text)))
    once, code = _once(plain)
    clean = unicodedata.normalize("NFC", once).strip()
    if "\ufffd" in clean:
        code = NoteCode.LOST
    if len(clean) > LONGEST_CELL:
        return clean[:LONGEST_CELL], NoteCode.CUT
    return clean, code


def _once(text: str) -> tuple[str, NoteCode | None]:
    """« rÃ©alisÃ© » → « réalisé »; what cannot be turned back stays."""
    if not _TWICE.search(text):
        return text, None
    try:
        return _as_windows(text).decode("utf-8"), NoteCode.REPAIRED
    except UnicodeError:
        return text, None


def _as_windows(text: str) -> bytes:
    """cp1252, with the five bytes that it leaves empty as browsers and Excel keep them."""
    found = bytearray()
    for sign in text:
        number = ord(sign)
        found += bytes([number]) if 0x80 <= number <= 0x9F else sign.encode("cp1252")
    return bytes(found)
