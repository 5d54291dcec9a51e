"""Reads the access matrix: tests/access/matrix.txt is the specification of access.

One line a request: method, address, form, then one status for each member of the cast. Names in
braces are rows of the cast; what follows « | » is the form that is sent,
which may name rows as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

TABLE = Path(__file__).with_name("matrix.txt")


@dataclass(frozen=True)
class Line:
    """One request and what everybody gets: {member of the cast: status}."""

    number: int
    method: str
    address: str
    form: dict[str, str]
    statuses: dict[str, int]

    def sent(self, rows: dict[str, str]) -> dict[str, str]:
        """Its form, with the rows that it names."""
        return {name: value.format(**rows) for name, value in self.form.items()}

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def read(table: Path = TABLE) -> list[Line]:
    """The lines of the table; its first line names the columns."""
    rows = [
        (number, row)
        for number, row in enumerate(table.read_text(encoding="utf-8").split("\n"), start=1)
        if row.strip() and not row.startswith("#")
    ]
    columns = rows[0][1].split()[2:]
    return [_line(number, row, columns) for number, row in rows[1:]]


def _line(number: int, row: str, columns: list[str]) -> Line:
    request, _bar, form = row.partition("|")
    method, address, *statuses = request.split()
    if len(statuses) != len(columns):
        raise ValueError(f"{TABLE.name}:{number}: {len(columns)} statuses are wanted")
    return Line(
        number,
        method,
        address,
        dict(parse_qsl(form.strip(), keep_blank_values=True)),
        dict(zip(columns, map(int, statuses), strict=True)),
    )
