"""A sheet as an import keeps it, and as it is read again with what was corrected since. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.accounts.kinds import OrganisationKind
from app.imports import heading
from app.imports.cells import Table
from app.imports.kinds import Field, NameChoice, TableKind
from app.imports.names import Choice
from app.sheets.kinds import Sheet

Kept = Mapping[str, Any]


def kept(
    sheet: Sheet, remembered: Mapping[str, tuple[str, Sequence[str | None]]]
) -> dict[str, Any]:
    """A sheet with its headings found and its columns read, as JSON; `remembered` by signature."""
    found = heading.find(sheet.rows)
    kind, fields = found.kind.value, [field.value if field else None for field in found.fields]
    known = remembered.get(heading.signature(found.headings))
    if known and len(known[1]) == len(fields):
        kind, fields = known[0], list(known[1])
    return {
        "name": sheet.name,
        "kind": kind,
        "unknown": found.kind is TableKind.NONE,
        "bottom": found.bottom,
        "headings": list(found.headings),
        "fields": fields,
        "rows": [list(row) for row in sheet.rows],
        "filled": sorted(map(list, sheet.filled)),
        "notes": [[note.code.value, note.line, note.column, note.value] for note in sheet.notes],
    }


def tables_of(kept_tables: Sequence[Kept], corrections: Kept, kind: TableKind) -> list[Table]:
    """The tables of one kind, with corrections laid over them."""
    cells: Mapping[str, str] = corrections.get("cells", {})
    left_out: Sequence[str] = corrections.get("left_out", ())
    return [
        _table(number, one, cells, left_out)
        for number, one in enumerate(kept_tables)
        if one["kind"] == kind
    ]


def _table(number: int, one: Kept, cells: Mapping[str, str], left_out: Sequence[str]) -> Table:
    typed = {}
    for place, value in cells.items():
        table, line, column = map(int, place.split(":"))
        if table == number:
            typed[line, column] = value
    own = [place.split(":") for places in left_out for place in places.split()]
    return Table(
        number,
        one["bottom"],
        one["headings"],
        [Field(name) if name else None for name in one["fields"]],
        one["rows"],
        frozenset((line, column) for line, column in one["filled"]),
        typed,
        frozenset(int(line) for table, line in own if int(table) == number),
    )


def choice_of(told: Kept) -> Choice:
    return Choice(NameChoice(told["choice"]), told["name"], OrganisationKind(told["kind"]))


def told_of(choice: Choice) -> dict[str, str]:
    return {"choice": choice.choice.value, "name": choice.name, "kind": choice.kind.value}
