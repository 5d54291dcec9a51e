"""Bytes of a text file → text, whatever program wrote it. Pure."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD = ("cp1252", "mac_roman", "cp850")
_FRENCH = frozenset("éèêëàâçùûôîïœÉÈÀÇÊ’«»°€–…\u00a0")
_SAMPLE = 200_000


def decoded(data: bytes) -> str:
    """Never fails: what no encoding knows becomes « � », which is told where it stands."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    wide = _wide(data)
    if wide:
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        best = max(_OLD, key=lambda name: _frenchness(data[:_SAMPLE], name))
        return data.decode(best, errors="replace")


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of plain letters is empty."""
    sample = data[:2000]
    if len(sample) < 4:
        return None
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if odd > len(sample) // 5 and even < odd // 4:
        return "utf-16-le"
    if even > len(sample) // 5 and odd < even // 4:
        return "utf-16-be"
    return None


def _frenchness(data: bytes, name: str) -> int:
    """How many letters of French, less what no French text holds."""
    odd = [sign for sign in data.decode(name, errors="replace") if ord(sign) > 127]
    return sum(1 if sign in _FRENCH else -2 for sign in odd)
