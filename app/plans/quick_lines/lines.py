"""Lines as steps: what, who, when. Nothing that was typed is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.folding import fold
from app.plans.quick_lines.book import Book, Who
from app.plans.quick_lines.columns import Column, headings, layout
from app.plans.quick_lines.dates import LONGEST_WORDS, When, read_date
from app.plans.quick_lines.marks import take_bullets, take_milestone
from app.plans.quick_lines.pieces import Pieces, take_date, take_last_name, take_name, take_project

MOST_LINES = 50
LONGEST_TITLE = 200
_ENDS = re.compile(r"\r\n|\r|\n")
_SEVERAL = re.compile(r"\s*(?:[+,;&]|\s/\s|\bet\b)\s*")
# in the poster's column of names, these are nobody's
_NOBODY = frozenset(["", "tous", "toutes", "tout le monde", "a definir", "a preciser", "a voir"])


@dataclass(frozen=True)
class ReadLine:
    """One step to be. `taken` are the pieces that are not in its title or description."""

    number: int
    title: str
    description: str = ""
    who: Who | None = None
    due_on: date | None = None
    due_text: str | None = None
    is_milestone: bool = False
    taken: tuple[str, ...] = ()
    # where lines choose their project: what was typed of it, and the ids that answer to it
    project: tuple[str, tuple[int, ...]] | None = None

    @property
    def fault(self) -> str | None:
        """Why it cannot be a step, as a sentence that names the line."""
        if not self.title:
            return f"Ligne {self.number} : dites ce qu’il y a à faire."
        if len(self.title) > LONGEST_TITLE:
            return (
                f"Ligne {self.number} : {len(self.title)} caractères, "
                f"{LONGEST_TITLE} au plus pour une étape."
            )
        if self.project and len(self.project[1]) != 1:
            many = "plusieurs projets répondent" if self.project[1] else "aucun projet ne répond"
            return f"Ligne {self.number} : {many} à « #{self.project[0]} »."
        return None


@dataclass(frozen=True)
class Reading:
    """All lines of a text, and what is wrong with it as a whole."""

    lines: tuple[ReadLine, ...]
    fault: str | None = None

    @property
    def faults(self) -> list[str]:
        return [f for f in (self.fault, *(line.fault for line in self.lines)) if f]

    @property
    def unknown(self) -> list[Who]:
        """Names that nobody answers to, or several: each once, in the order of the text."""
        asked: dict[str, Who] = {}
        for line in self.lines:
            if line.who is not None and line.who.known is None:
                asked.setdefault(line.who.key, line.who)
        return list(asked.values())


@dataclass
class _Table:
    """What is known of a pasted table while its lines are read."""

    columns: tuple[Column | None, ...] | None = None
    solution: str = ""


@dataclass
class _Step:
    """A step while its pieces come together."""

    title: str = ""
    notes: list[str] = field(default_factory=list)
    who: Who | None = None
    when: When | None = None
    is_milestone: bool = False
    taken: list[str] = field(default_factory=list)
    project: tuple[str, list[int]] | None = None


def read_lines(text: str, book: Book, today: date) -> Reading:
    """Each line as a step, or as the columns of a poster; empty ones are passed over."""
    written = unicodedata.normalize("NFC", text)
    numbered = [
        (number, line)
        for number, line in enumerate(_ENDS.split(written), start=1)
        if any(c.isalnum() for c in line)
    ]
    if len(numbered) > MOST_LINES:
        fault = (
            f"{len(numbered)} lignes : {MOST_LINES} au plus à la fois. Gardez la suite pour après."
        )
        return Reading((), fault)
    table = _Table()
    steps = [(number, _read(line, table, book, today)) for number, line in numbered]
    return Reading(tuple(_line(number, step) for number, step in steps if step is not None))


def _read(line: str, table: _Table, book: Book, today: date) -> _Step | None:
    """The step of a line, None for the head of a table."""
    # in front of a table's row a tab is an empty cell; in front of a list's it is nothing
    bullets, rest = take_bullets(line) if line[:1] != "\t" else ("", line)
    cells = [cell.strip() for cell in rest.rstrip().split("\t")]
    if sum(map(bool, cells)) < 2 and not (len(cells) > 1 and table.columns):
        step = _of_text(" ".join(cells), book, today)
    elif columns := headings(cells):
        table.columns, table.solution = columns, ""
        return None
    else:
        step = _of_cells(cells, table, book, today)
    step.taken.append(bullets)
    return step


def _of_text(text: str, book: Book, today: date) -> _Step:
    step = _Step()
    bullets, rest = take_bullets(text)
    mark, rest = take_milestone(rest)
    pieces = Pieces(rest.strip())
    step.is_milestone = bool(mark)
    step.project = take_project(pieces, book)
    step.when = take_date(pieces, today)
    step.who = take_name(pieces, book)
    pieces.tidy()
    step.when = step.when or take_date(pieces, today)
    step.who = step.who or take_last_name(pieces, book)
    step.when = step.when or take_date(pieces, today)
    pieces.tidy()
    step.title = pieces.text
    step.taken = [bullets, mark, *pieces.taken]
    return step


def _of_cells(cells: Sequence[str], table: _Table, book: Book, today: date) -> _Step:
    columns = table.columns or layout(list(cells), today)
    columns = (*columns, *(None for _cell in cells[len(columns) :]))
    by_column = {one: cell for one, cell in zip(columns, cells, strict=False) if one is not None}
    rest = [cell for one, cell in zip(columns, cells, strict=False) if one is None and cell]
    solution = by_column.get(Column.SOLUTION, "")
    table.solution = solution or table.solution
    action = by_column.get(Column.ACTION, "")
    step = _of_text(action or solution, book, today)
    if action and table.solution:
        step.notes.append(take_bullets(table.solution)[1])
    if solution:
        step.taken.append(take_bullets(solution)[0])
    _read_who(step, by_column.get(Column.WHO, ""), book)
    _read_when(step, by_column.get(Column.WHEN, ""), today)
    step.notes += rest
    return step


def _read_who(step: _Step, cell: str, book: Book) -> None:
    """The column of names: its first one leads, the others are noted."""
    name = cell.lstrip("@- ")
    if fold(name) in _NOBODY:
        step.notes += [cell] if fold(name) else []
        step.taken += [] if fold(name) else [cell]
        return
    who = book.who(name)
    parts = _SEVERAL.split(name, maxsplit=1)
    if who.known is None and len(parts) == 2 and all(map(fold, parts)):
        who = book.who(parts[0])
        step.notes.append(cell)
    if step.who is not None:
        step.notes.append(cell)
        return
    step.who = who
    step.taken.append(cell)


def _read_when(step: _Step, cell: str, today: date) -> None:
    """The column of dates: what is no date is kept as it was said."""
    if not fold(cell):
        step.taken.append(cell)
        return
    when = read_date(cell, today)
    if step.when is not None or (when is None and len(cell) > LONGEST_WORDS):
        step.notes.append(cell)
        return
    step.when = when or When(None, cell, cell)
    step.taken.append(cell)


def _line(number: int, step: _Step) -> ReadLine:
    when = step.when
    return ReadLine(
        number=number,
        title=step.title,
        description="\n".join(step.notes),
        who=step.who,
        due_on=when.day if when else None,
        due_text=when.words if when else None,
        is_milestone=step.is_milestone,
        taken=tuple(piece for piece in step.taken if piece.strip()),
        project=(step.project[0], tuple(step.project[1])) if step.project else None,
    )
