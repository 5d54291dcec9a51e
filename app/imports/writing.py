"""Rows → a workbook, where no text becomes a formula. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from app.imports.kinds import Field
from app.imports.tracker import Cell

_WIDE = frozenset({Field.ACTION, Field.STEP, Field.DESCRIPTION, Field.OBJECTIVES})
_LONGEST = 32_000
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
SHEET = "Plan d’action"


def workbook(
    headings: Sequence[tuple[Field, str]],
    rows: Iterable[Sequence[Cell]],
    *,
    sheet: str = SHEET,
    kept_columns: int = 5,
) -> bytes:
    """One sheet, its headings and first columns kept in sight; filtered by its headings."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, _OPTIONS)
    page = book.add_worksheet(sheet)
    styles = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"}),
        "money": book.add_format({"num_format": "# ##0.00 €", "valign": "top"}),
    }
    for column, (field, heading) in enumerate(headings):
        page.set_column(column, column, 36 if field in _WIDE else 18)
        page.write_string(0, column, heading, styles["head"])
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(page, last, column, value, styles)
    page.freeze_panes(1, kept_columns)
    page.autofilter(0, 0, last, len(headings) - 1)
    book.close()
    return kept.getvalue()


def _write(page: Any, line: int, column: int, value: Cell, styles: dict[str, Any]) -> None:
    if isinstance(value, date):
        page.write_datetime(line, column, value, styles["day"])
    elif isinstance(value, float):
        page.write_number(line, column, value, styles["money"])
    elif value:
        page.write_string(line, column, value[:_LONGEST], styles["text"])
