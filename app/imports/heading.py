"""Finds where a table's headings stand, and what each of its columns tells. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.folding import fold
from app.imports.kinds import Field, TableKind
from app.imports.layout import KNOWN, NEEDED, REPEATED

# headings stand near the top, in up to three rows one above the other
_LOWEST = 40
_MOST_STACKED = 3
_LONGEST_HEADING = 80
_NUMBERED = re.compile(r" \d+$")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Heading:
    """`bottom` is the last row of the headings; `fields` say what each column tells."""

    kind: TableKind
    top: int
    bottom: int
    headings: tuple[str, ...]
    fields: tuple[Field | None, ...]


def find(rows: Rows) -> Heading:
    """The heading that knows most columns; of kind NONE where no row looks like one."""
    best: tuple[int, int, Heading] | None = None
    for bottom in range(min(len(rows), _LOWEST)):
        for top in range(bottom, max(-1, bottom - _MOST_STACKED), -1):
            found = suggest(rows, top, bottom)
            score = len({field for field in found.fields if field}) if found else 0
            # fewer rows, and higher up, where they say as much
            if found and score > 1 and (best is None or (score, top - bottom) > best[:2]):
                best = (score, top - bottom, found)
    return best[2] if best else _unknown(rows)


def suggest(rows: Rows, top: int, bottom: int) -> Heading | None:
    """What these rows would say as headings: the kind of table whose columns they know best."""
    headings = tuple(_stacked(rows, top, bottom, column) for column in range(len(rows[bottom])))
    ways = [
        Heading(kind, top, bottom, tuple(map(_said, headings)), fields_of(kind, headings))
        for kind in NEEDED
    ]
    able = [way for way in ways if NEEDED[way.kind] & set(way.fields)]
    return max(able, key=lambda way: sum(map(bool, way.fields)), default=None)


def _unknown(rows: Rows) -> Heading:
    """The fullest of the first rows, for her to say what the columns are."""
    first = rows[:20]
    at = max(range(len(first)), key=lambda line: sum(map(bool, first[line])))
    return Heading(TableKind.NONE, at, at, tuple(rows[at]), (None,) * len(rows[at]))


def _stacked(rows: Rows, top: int, bottom: int, column: int) -> tuple[str, ...]:
    """The cells of a column from the top down, each once."""
    return tuple(
        dict.fromkeys(filter(None, (rows[line][column] for line in range(top, bottom + 1))))
    )


def _said(cells: tuple[str, ...]) -> str:
    return " – ".join(cells)


def fields_of(kind: TableKind, headings: Sequence[tuple[str, ...]]) -> tuple[Field | None, ...]:
    """What columns tell, by the cells of their headings: each field once, or as often as may be."""
    found: list[Field | None] = []
    for cells in headings:
        field = _field(kind, cells)
        found.append(None if field in found and field not in REPEATED else field)
    return tuple(found)


def _field(kind: TableKind, cells: tuple[str, ...]) -> Field | None:
    """By the lowest cell, else by all of them read from the top."""
    for text in (*cells[-1:], " ".join(cells)):
        if len(text) <= _LONGEST_HEADING and (field := _known(KNOWN[kind], fold(text))):
            return field
    return None


def _known(aliases: Mapping[str, Field], text: str) -> Field | None:
    bare = _NUMBERED.sub("", text)
    if found := aliases.get(text) or aliases.get(bare):
        return found
    # « échéance (prévisionnelle) »: the longest known beginning, if it says most of the heading
    starts = [alias for alias in aliases if bare.startswith(f"{alias} ")]
    longest = max(starts, key=len, default="")
    return aliases[longest] if len(longest) * 3 >= len(bare) and len(longest) > 4 else None


def signature(headings: Sequence[str]) -> str:
    """What a territory's reading of these headings is remembered by."""
    return hashlib.sha256("\n".join(map(fold, headings)).encode()).hexdigest()
