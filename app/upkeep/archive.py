"""The shape of a backup: one .tar.gz that means the same on every engine.

manifest.json · tables/<name>.jsonl (a line of column names, then a line a row) · files/<path> ·
end.json, which counts what came before: a backup without it was cut off.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Date, Enum, LargeBinary, Numeric, Table

from app.core.database import Base, UtcDateTime

FORMAT = 1
MANIFEST = "manifest.json"
TABLES = "tables/"
FILES = "files/"
END = "end.json"
# who may tick right now: means nothing in another place or on another day
TRANSIENT = frozenset({"lease"})


class UpkeepError(Exception):
    """What was asked cannot be done; its text is one clear sentence."""


@dataclass(frozen=True)
class Summary:
    """What a backup holds, as counted while it was written or read."""

    tables: int
    rows: int
    files: int


def kept_tables() -> Sequence[Table]:
    """The tables of a backup; a table comes after those that it refers to."""
    return [table for table in Base.metadata.sorted_tables if table.name not in TRANSIENT]


def written(values: Iterable[Any]) -> bytes:
    """One row as a line of JSON."""
    return json.dumps(list(values), ensure_ascii=False, default=_plain).encode() + b"\n"


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a backup cannot hold {type(value).__name__}")


def reader(columns: Sequence[Column[Any]]) -> Callable[[bytes], dict[str, Any]]:
    """Line of JSON → the row as these columns take it. Raises ValueError for any other line."""
    names = [column.name for column in columns]
    decoders = [_decoder(column) for column in columns]

    def read(line: bytes) -> dict[str, Any]:
        values = json.loads(line)
        return {
            name: value if value is None or decode is None else decode(value)
            for name, decode, value in zip(names, decoders, values, strict=True)
        }

    return read


def _decoder(column: Column[Any]) -> Callable[[Any], Any] | None:
    """How a column's value comes back from JSON; None where JSON has it as it is."""
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class
    # Numeric is also the class of floats, which JSON has
    return Decimal if isinstance(kind, Numeric) and kind.asdecimal else None
