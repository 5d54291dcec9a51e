"""A file or a pasted text → its sheets: the one door of this room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.sheets import workbook
from app.sheets.delimited import table
from app.sheets.encodings import decoded
from app.sheets.kinds import (
    LARGEST_FILE,
    MOST_CELLS,
    MOST_COLUMNS,
    Note,
    Sheet,
    UnreadableError,
)
from app.sheets.mending import mended

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NOT_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!")
PASTED = "Tableau collé"


def read_file(name: str, data: bytes) -> tuple[Sheet, ...]:
    """The sheets of xlsx, ods or csv, by what the bytes are. Raises UnreadableError."""
    if len(data) > LARGEST_FILE:
        size = LARGEST_FILE // 1024 // 1024
        raise UnreadableError(f"Ce fichier dépasse {size} Mo.")
    if data.startswith(_OLD_EXCEL):
        raise UnreadableError(
            "C’est un classeur de l’ancien format .xls, ou protégé par un mot de passe : "
            "enregistrez-le en .xlsx, sans mot de passe."
        )
    if data.startswith(_NOT_TABLES):
        raise UnreadableError("Ce fichier n’est pas un tableau : envoyez un .xlsx, .ods ou .csv.")
    if data.startswith(_ZIP):
        found = workbook.sheets_of(data)
        return _with_something(_sheet(one["name"], one["rows"], one["merged"]) for one in found)
    return _with_something([_sheet(name, table(decoded(data)), ())])


def read_text(text: str) -> tuple[Sheet, ...]:
    """What somebody pasted from a spreadsheet. Raises UnreadableError."""
    return _with_something([_sheet(PASTED, table(text), ())])


def _with_something(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    found = tuple(sheet for sheet in sheets if sheet.rows)
    if not found:
        raise UnreadableError("Ce tableau est vide.")
    return found


def _sheet(name: str, rows: Sequence[Sequence[str]], merged: Iterable[Sequence[int]]) -> Sheet:
    """Cells mended, merged cells filled, rows of one length; empty ones at the end go."""
    notes: list[Note] = []
    width = max((len(row) for row in rows), default=0)
    cells = [_row(row, line, width, notes) for line, row in enumerate(rows)]
    filled = _fill(cells, merged)
    while cells and not any(cells[-1]):
        cells.pop()
    return Sheet(name, tuple(map(tuple, cells)), filled, tuple(notes))


def _row(row: Sequence[str], line: int, width: int, notes: list[Note]) -> list[str]:
    cells = []
    for column, raw in enumerate(row):
        text, code = mended(raw)
        if code:
            notes.append(Note(code, line, column, text[:80]))
        cells.append(text)
    return cells + [""] * (width - len(row))


def _fill(cells: list[list[str]], merged: Iterable[Sequence[int]]) -> frozenset[tuple[int, int]]:
    """Let every cell that a merged one covers say what it says."""
    filled, area = set(), 0
    for top, left, bottom, right in merged:
        if top >= len(cells) or left >= len(cells[top]):
            continue
        value = cells[top][left]
        area += (min(bottom + 1, len(cells)) - top) * (min(right, MOST_COLUMNS) + 1 - left)
        if area > MOST_CELLS:
            raise UnreadableError("Ce tableau a trop de cellules fusionnées : défusionnez-les.")
        if not value:
            continue
        for line in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, len(cells[line]))):
                if (line, column) != (top, left) and value and not cells[line][column]:
                    cells[line][column] = value
                    filled.add((line, column))
    return frozenset(filled)
