"""Tables for a spreadsheet, as those of this country open them. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# what a spreadsheet would take for a formula, in full width too
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
_BYTE_ORDER_MARK = "\ufeff"


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Semicolons, UTF-8 with its mark."""
    text = io.StringIO()
    written = csv.writer(text, delimiter=";", lineterminator="\r\n")
    written.writerow(headings)
    written.writerows([_harmless(cell) for cell in row] for row in rows)
    return _BYTE_ORDER_MARK + text.getvalue()


def _harmless(cell: str) -> str:
    """Text that stays text: what begins like a formula gets an apostrophe before it."""
    begins = cell.lstrip(" \u00a0\u202f")
    return f"'{cell}" if cell.startswith(_FORMULA) or begins.startswith(_FORMULA) else cell
