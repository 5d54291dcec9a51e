"""The official file format of frameworks: Markdown with YAML fences, read and written."""

from app.frameworks.format.drafts import Diagnostic, NodeDraft, Reading, walk
from app.frameworks.format.ids import is_regulatory, sort_key
from app.frameworks.format.reader import read
from app.frameworks.format.writer import write, write_files

__all__ = [
    "Diagnostic",
    "NodeDraft",
    "Reading",
    "is_regulatory",
    "read",
    "sort_key",
    "walk",
    "write",
    "write_files",
]
