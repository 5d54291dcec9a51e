"""What a table that comes in is read into, and how large it may be."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from app.core.refusals import RefusedError

# of a file as it is sent, and of what an archive really unpacks to
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 150 * 1024 * 1024
MOST_PARTS = 2000
# of each sheet; a plan has hundreds of rows, a list of contacts a few thousand
MOST_SHEETS = 20
MOST_ROWS = 10_000
MOST_COLUMNS = 200
MOST_CELLS = 400_000
LONGEST_CELL = 20_000
# of the process that opens a workbook
MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 30


class NoteCode(enum.StrEnum):
    """What was done to a cell while it was read."""

    REPAIRED = "repaired"
    LOST = "lost"
    CUT = "cut"


@dataclass(frozen=True)
class Note:
    """`line` and `column` count from 0."""

    code: NoteCode
    line: int
    column: int
    value: str


@dataclass(frozen=True)
class Sheet:
    """Cells as text, in rows of one length; `filled` are those that a merged cell covers."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    filled: frozenset[tuple[int, int]] = frozenset()
    notes: tuple[Note, ...] = ()


class UnreadableError(RefusedError):
    """The file is no table that can be read here; its text says why, in French."""


def column_letter(column: int) -> str:
    """0 → A, 27 → AB, as a spreadsheet names its columns."""
    name = ""
    while True:
        column, place = divmod(column, 26)
        name = chr(ord("A") + place) + name
        if column == 0:
            return name
        column -= 1
