"""A sheet whose columns are known, its places, and what is wrong in its cells. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.imports.kinds import Field
from app.sheets.values import NOTHING


@dataclass(frozen=True)
class Fault:
    """A cell that could not be read as it stands, and what is wanted there."""

    table: int
    line: int
    column: int | None
    value: str
    wanted: str


@dataclass(frozen=True)
class Place:
    """A row of the file, counted from 0."""

    table: int
    line: int


@dataclass(frozen=True)
class Table:
    """A sheet with its columns known; `typed` are cells that were corrected, `left_out` lines."""

    number: int
    bottom: int
    headings: Sequence[str]
    fields: Sequence[Field | None]
    rows: Sequence[Sequence[str]]
    filled: frozenset[tuple[int, int]] = frozenset()
    typed: Mapping[tuple[int, int], str] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()

    def cell(self, line: int, column: int) -> str:
        return self.typed.get((line, column), self.rows[line][column])

    def columns(self, wanted: Field) -> list[int]:
        return [at for at, one in enumerate(self.fields) if one is wanted]

    def text(self, line: int, wanted: Field) -> str:
        """What the first column of this field says."""
        at = next(iter(self.columns(wanted)), None)
        value = self.cell(line, at) if at is not None else ""
        return "" if value.casefold() in NOTHING else value
