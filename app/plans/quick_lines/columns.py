"""The columns of a workshop's poster, pasted with tabs: solutions, actions, responsables, dates."""

from __future__ import annotations

import enum
from datetime import date

from app.core.folding import stems
from app.plans.quick_lines.dates import read_date


class Column(enum.Enum):
    SOLUTION = "solution"
    ACTION = "action"
    WHO = "who"
    WHEN = "when"


POSTER = (Column.SOLUTION, Column.ACTION, Column.WHO, Column.WHEN)
_HEADINGS = {
    Column.SOLUTION: ("solution", "piste", "besoin", "idee", "theme", "synergie"),
    Column.ACTION: ("action", "etape", "tache", "quoi"),
    Column.WHO: ("responsabilite", "responsable", "qui", "pilote", "porteur"),
    Column.WHEN: ("planning", "quand", "date", "echeance", "delai", "calendrier"),
}


def headings(cells: list[str]) -> tuple[Column | None, ...] | None:
    """What each column is, where this line is the head of a table; else None."""
    columns = tuple(_column(cell) for cell in cells)
    said = [one for one in columns if one is not None]
    named = len(said) == sum(1 for cell in cells if cell.strip())
    is_head = named and len(said) >= 2 and len(set(said)) == len(said)
    return columns if is_head and Column.ACTION in said else None


def _column(cell: str) -> Column | None:
    first = "".join(stems(cell)[:1])
    return next((one for one, words in _HEADINGS.items() if first in map(_stem, words)), None)


def _stem(word: str) -> str:
    return "".join(stems(word))


def layout(cells: list[str], today: date) -> tuple[Column | None, ...]:
    """What the cells of a line without a head are, by how many there are."""
    if len(cells) >= len(POSTER):
        return (*POSTER, *(None for _cell in cells[len(POSTER) :]))
    if len(cells) == len(POSTER) - 1:
        return POSTER[1:]
    is_dated = read_date(cells[-1], today) is not None
    return (Column.ACTION, Column.WHEN if is_dated else Column.WHO)
