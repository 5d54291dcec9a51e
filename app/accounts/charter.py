"""The charter to begin with, and what changed between two versions of a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

BEGINNING = Path(__file__).parents[2] / "seeds" / "templates" / "charter.md"
LONGEST = 20_000
# comparing word by word takes the product of both lengths
MOST_WORDS = 600
_WORD = re.compile(r"\s+|[^\s]+")


class Piece(NamedTuple):
    """A stretch of text that stayed, came or went."""

    change: Literal["same", "added", "removed"]
    text: str


@cache
def beginning() -> str:
    """A text of our own that a territory may start from."""
    return BEGINNING.read_text(encoding="utf-8").strip() + "\n"


def clean_body(typed: str | None) -> str:
    """A text as it is kept: one kind of line break, no blanks at its ends."""
    return re.sub(r"\r\n?", "\n", typed or "").strip()


def differences(before: str, after: str) -> list[Piece]:
    """What one has to remove and add, in order, to come from one text to the other.

    Joining all but the added pieces gives `before`, all but the removed ones `after`.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, *span in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        first, last, start, end = span
        removed, added = "".join(old[first:last]), "".join(new[start:end])
        if tag == "equal":
            pieces.append(Piece("same", removed))
        else:
            pieces.extend(_by_word(removed, added))
    return pieces


def _by_word(before: str, after: str) -> Iterator[Piece]:
    """The same inside changed lines, so that one word moved shows as one word."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = [before], [after]
    for _tag, *span in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        first, last, start, end = span
        removed, added = "".join(old[first:last]), "".join(new[start:end])
        if removed == added:
            yield Piece("same", removed)
            continue
        if removed:
            yield Piece("removed", removed)
        if added:
            yield Piece("added", added)
