"""What the application answers where a line of matrix.txt lacks its last columns.

No test, so it is run by name: `pytest tests/access/fill.py -s`. It prints whole lines; judge each
new cell by docs/roles.md before it goes into the table.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import parse_qsl

from tests.access.matrix import TABLE
from tests.access.stage import Stage, stage

__all__ = ["stage"]


def test_fill(stage: Stage) -> None:
    columns, short = lacking(TABLE)
    for row in short:
        request, bar, form = row.partition("|")
        method, address, *known = request.split()
        data = dict(parse_qsl(form.strip(), keep_blank_values=True))
        statuses = list(known)
        for who in columns[len(known) :]:
            statuses.append(str(stage.status(who, method, address, data)))
            stage.set_back()
        cells = "".join(f"{status:<8}" for status in statuses).rstrip()
        rest = f" | {form.strip()}" if bar else ""
        sys.stdout.write(f"\n{method:<8}{address:<65} {cells}{rest}")


def lacking(table: Path) -> tuple[list[str], list[str]]:
    """The names of the columns, and the rows that have fewer."""
    rows = [
        row
        for row in table.read_text(encoding="utf-8").split("\n")
        if row.strip() and not row.startswith("#")
    ]
    columns = rows[0].split()[2:]
    return columns, [
        row for row in rows[1:] if len(row.partition("|")[0].split()) < len(columns) + 2
    ]
