"""Steps typed as lines: « Peser les invendus @Fournil 17/04 ». Pure."""

from __future__ import annotations

from app.plans.quick_lines.book import Book, Known, Who
from app.plans.quick_lines.lines import LONGEST_TITLE, Reading, ReadLine, read_lines

__all__ = ["LONGEST_TITLE", "Book", "Known", "ReadLine", "Reading", "Who", "read_lines"]
