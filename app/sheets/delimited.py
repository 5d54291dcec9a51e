"""CSV and pasted tables: which sign parts the cells, and the cells. Pure."""

from __future__ import annotations

import csv
import io
from collections import Counter

from app.sheets.kinds import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, UnreadableError

_SEPARATORS = ("\t", ";", "|", ",")
_SAMPLE_LINES = 200
_LONGEST_FIELD = 1024 * 1024

TOO_LONG = (
    f"Ce tableau a plus de {MOST_ROWS} lignes ou de {MOST_CELLS} cellules : c’est au-delà de ce "
    "qu’un plan d’action contient. Gardez les lignes utiles et renvoyez-le."
)


def separator(text: str) -> str:
    """The sign that most lines have the same number of times; a tabulation before all others."""
    return max(_SEPARATORS, key=lambda sign: (_evenness(text, sign), -_SEPARATORS.index(sign)))


def _evenness(text: str, sign: str) -> int:
    counts = Counter(
        width
        for width in (len(row) for row in _rows(text, sign, _SAMPLE_LINES))
        if 1 < width <= MOST_COLUMNS
    )
    if not counts:
        return 0
    # wide tables win over a comma that stands in most sentences
    return max(width * times for width, times in counts.items())


def table(text: str) -> list[list[str]]:
    """The cells. Raises UnreadableError where there are too many."""
    rows = _rows(text, separator(text), MOST_ROWS + 1)
    cells = sum(map(len, rows))
    if len(rows) > MOST_ROWS or cells > MOST_CELLS:
        raise UnreadableError(TOO_LONG)
    return rows


def _rows(text: str, sign: str, most: int) -> list[list[str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    lines = io.StringIO(text.replace("\x00", ""), newline="")
    found: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=sign):
            found.append(row[:MOST_COLUMNS])
            if len(found) >= most:
                break
    except csv.Error as fault:
        raise UnreadableError(
            f"Ce texte ne se lit pas comme un tableau (ligne {len(found) + 1})."
        ) from fault
    return found
