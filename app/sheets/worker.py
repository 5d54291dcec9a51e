"""Opens one workbook in a process of its own, with little memory and little time.

Run by its path, alone: `worker.py MEMORY SECONDS SHEETS ROWS COLUMNS CELLS < workbook > JSON`. It
knows nothing of the application. Values are those that the file keeps: no formula is worked out.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
from typing import Any

import python_calamine


def main() -> None:
    """Read stdin, write one JSON object: the sheets, or why there are none."""
    memory, seconds, sheets, rows, columns, cells = map(int, sys.argv[1:7])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    json.dump(_read(sys.stdin.buffer.read(), sheets, rows, columns, cells), sys.stdout)


def _read(data: bytes, most: int, rows: int, columns: int, cells: int) -> dict[str, Any]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = _visible(book)
        if len(names) > most:
            return {"refused": "sheets"}
        found = []
        for name in names:
            sheet = book.get_sheet_by_name(name)
            height, width = _size(sheet)
            if height > rows or width > columns or height * width > cells:
                return {"refused": "size", "sheet": name, "rows": height, "columns": width}
            found.append(_sheet(sheet))
    except python_calamine.PasswordError:
        return {"refused": "password"}
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        return {"refused": "broken", "why": str(fault)[:200]}
    return {"sheets": found}


def _visible(book: python_calamine.CalamineWorkbook) -> list[str]:
    return [
        one.name
        for one in book.sheets_metadata
        if one.visible == python_calamine.SheetVisibleEnum.Visible
        and one.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]


def _size(sheet: python_calamine.CalamineSheet) -> tuple[int, int]:
    last = sheet.end
    return (last[0] + 1, last[1] + 1) if last else (0, 0)


def _sheet(sheet: python_calamine.CalamineSheet) -> dict[str, Any]:
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
    return {"name": sheet.name, "rows": rows, "merged": merged}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Vrai" if value else "Faux"
    if isinstance(value, float):
        # with a comma, so that it is no other number than the one typed « 12.500 »
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, dt.datetime):
        plain = value.time() == dt.time()
        return value.date().isoformat() if plain else value.isoformat(" ", "minutes")
    return str(value)


if __name__ == "__main__":
    main()
