"""Names of files as people gave them, made harmless. They are shown, never used as a path. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
UNNAMED = "document"
# parts of a path on some system, or signs that one of them refuses in a name
_REFUSED = re.compile(r'[<>:"|?*]')
_FOLDERS = re.compile(r"[/\\]")


def ending_of(name: str) -> str:
    """« Devis.final.PDF » → "pdf"; empty when there is none."""
    stem, dot, ending = _last_part(name).rpartition(".")
    return ending.strip().lower() if dot and stem.strip() else ""


def clean_name(name: str) -> str:
    """The name without folders, control signs and hidden directions, at most LONGEST long.

    Its ending stays, in small letters. « ../../Été\\r\\n.pdf » → « Été.pdf ».
    """
    ending = _visible(ending_of(name))
    last = _last_part(name)
    stem = last.rpartition(".")[0] if ending else last
    stem = _visible(stem)[: LONGEST - len(ending) - 1].strip(". ") or UNNAMED
    return f"{stem}.{ending}" if ending else stem


def _last_part(name: str) -> str:
    return _FOLDERS.split(unicodedata.normalize("NFC", name))[-1]


def _visible(text: str) -> str:
    """Letters, signs and single spaces: nothing that breaks a line or turns the text around."""
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(_REFUSED.sub("-", plain).split()).strip(". ")
